package org.pixelllm.conformance;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.png.Pixels;

/**
 * The shape of {@code output_token.pxi}: in version 1 one row, an id in R and G of each pixel and its confidence in B; in version
 * 2 a column of (1, 0, 2) over black, and then a row of ids in R, G and B above one of confidences as greys.
 */
final class PredictionPixels {

    private static final int WIDE_COLUMN = 0x02_00_01; // blue, green, red
    private static final int WHITE = 0xFF_FF_FF;

    private PredictionPixels() {}

    /** How many pixels are before the first prediction's. */
    static int before(PxiVersion version) {
        return switch (version) {
            case V1 -> 0;
            case V2 -> 1;
        };
    }

    /** The predictions, best first; null where the picture has another shape, which becomes a finding. */
    static @Nullable List<Prediction> read(Pixels pixels, PxiVersion version, int vocabulary, List<Finding> findings) {
        int before = before(version);
        int rows = 1 + before;
        int k = pixels.width() - before;
        if (pixels.height() != rows || k < 1 || k > vocabulary) {
            findings.add(new Finding(
                    Rule.PREDICTION_SHAPE,
                    "expected %d to %d pixels in %s, found %d x %d"
                            .formatted(
                                    1 + before,
                                    vocabulary + before,
                                    rows == 1 ? "1 row" : rows + " rows",
                                    pixels.width(),
                                    pixels.height())));
            return null;
        }
        return switch (version) {
            case V1 -> narrow(pixels);
            case V2 -> wide(pixels, findings);
        };
    }

    private static List<Prediction> narrow(Pixels pixels) {
        List<Prediction> predictions = new ArrayList<>();
        for (int x = 0; x < pixels.width(); x++) {
            predictions.add(new Prediction(pixels.redGreen(x, 0), pixels.blue(x, 0)));
        }
        return predictions;
    }

    private static @Nullable List<Prediction> wide(Pixels pixels, List<Finding> findings) {
        if (colour(pixels, 0, 0) != WIDE_COLUMN || colour(pixels, 0, 1) != 0) {
            findings.add(shape(pixels, 0, colour(pixels, 0, 1) == 0 ? 0 : 1, "(1, 0, 2) over black"));
            return null;
        }
        List<Prediction> predictions = new ArrayList<>();
        for (int x = 1; x < pixels.width(); x++) {
            int confidence = pixels.red(x, 1);
            if (colour(pixels, x, 1) != confidence * 0x01_01_01) {
                findings.add(shape(pixels, x, 1, "a confidence as a grey, R = G = B"));
                return null;
            }
            if (colour(pixels, x, 0) == WHITE) {
                findings.add(shape(pixels, x, 0, "an id, which white is not"));
                return null;
            }
            predictions.add(new Prediction(colour(pixels, x, 0), confidence));
        }
        return predictions;
    }

    private static Finding shape(Pixels pixels, int x, int y, String expected) {
        return new Finding(
                Rule.PREDICTION_SHAPE,
                "%s: expected %s, found (%d, %d, %d)"
                        .formatted(
                                Pixels.place(x, y), expected, pixels.red(x, y), pixels.green(x, y), pixels.blue(x, y)));
    }

    private static int colour(Pixels pixels, int x, int y) {
        return pixels.redGreen(x, y) + (pixels.blue(x, y) << 16);
    }
}
