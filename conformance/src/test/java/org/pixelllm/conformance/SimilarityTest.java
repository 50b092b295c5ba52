package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;

class SimilarityTest {

    private static PredictionImage sure(int id, int confidence) {
        return new PredictionImage(List.of(new Prediction(id, confidence)));
    }

    @Test
    void lessThanATenthIsSimilar() {
        assertThat(Similarity.of(sure(1, 100), sure(1, 125)).holds()).isTrue();
        assertThat(Similarity.of(sure(1, 125), sure(1, 100)).holds()).isTrue();
        assertThat(new Similarity(0.5, 0.5).holds()).isTrue();
    }

    @Test
    void aTenthAndMoreIsNot() {
        assertThat(Similarity.of(sure(1, 100), sure(1, 126)).holds()).isFalse();
        assertThat(new Similarity(0, 0.1).holds()).isFalse();
    }

    @Test
    void theDocumentComparesProbabilitiesAndNotTokens() {
        assertThat(Similarity.of(sure(1, 100), sure(2, 100)).holds()).isTrue();
    }
}
