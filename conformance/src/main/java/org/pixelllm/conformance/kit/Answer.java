package org.pixelllm.conformance.kit;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.conformance.OutputRules.Checked;
import org.pixelllm.conformance.Similarity;
import org.pixelllm.conformance.kit.Implementation.Outcome;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.png.Pixels;

/**
 * What came of one run.
 *
 * @param given the file that it was given
 * @param outcome how it ended
 * @param outputs what it wrote; null where it was to refuse, or did not succeed
 */
record Answer(Case given, Outcome outcome, @Nullable Checked outputs) {

    /** Whether both pictures could be read. */
    boolean isWhole() {
        return outputs != null && outputs.prediction() != null && outputs.heatmap() != null;
    }

    /** The prediction of a whole answer, best first. // [K] */
    List<Prediction> prediction() {
        return Objects.requireNonNull(Objects.requireNonNull(outputs).prediction());
    }

    /** The heat map of a whole answer. // [H, W, 3] */
    Pixels heatmap() {
        return Objects.requireNonNull(Objects.requireNonNull(outputs).heatmap());
    }

    int id(int place) {
        return prediction().get(place).id();
    }

    int confidence(int place) {
        return prediction().get(place).confidence();
    }

    /** The grey of an id. */
    int grey(int id) {
        return heatmap().red(id % heatmap().width(), id / heatmap().width());
    }

    boolean isSame(Answer other) {
        return prediction().equals(other.prediction()) && heatmap().equals(other.heatmap());
    }

    Similarity similarity(Answer other) {
        return new Similarity(confidence(0) / 255.0, other.confidence(0) / 255.0);
    }

    /** The top token and its confidence: {@code id 32, B 115}. */
    String words() {
        return "id " + id(0) + ", B " + confidence(0);
    }
}
