package org.pixelllm.bench;

import java.util.List;
import java.util.stream.IntStream;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;

/** The images that every request of the protocol reads and writes. */
public enum SampleImage {
    TOKENS_5 {
        @Override
        Pixels pixels() {
            return tokens(5).toPixels();
        }
    },
    TOKENS_256 {
        @Override
        Pixels pixels() {
            return tokens(256).toPixels();
        }
    },
    PREDICTION_5 {
        @Override
        Pixels pixels() {
            return new PredictionImage(List.of(
                            new Prediction(32, 73),
                            new Prediction(101, 45),
                            new Prediction(116, 45),
                            new Prediction(10, 45),
                            new Prediction(115, 44)))
                    .toPixels();
        }
    },
    HEATMAP_1024 {
        @Override
        Pixels pixels() {
            float[] logits = new float[1024];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = i * 7919 % 1009;
            }
            return LogitsHeatmap.of(logits).toPixels();
        }
    };

    abstract Pixels pixels();

    /** A token image of this many tokens whose ids are below 1,024. */
    static TokenImage tokens(int count) {
        return new TokenImage(IntStream.range(0, count).map(i -> 331 * i % 1024).toArray());
    }
}
