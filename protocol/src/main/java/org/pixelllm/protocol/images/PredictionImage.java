package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;

/**
 * The first output of the protocol, {@code output_token.pxi}: one row of predictions, best first, each pixel an id in R
 * and G and its confidence in B.
 *
 * @param predictions 1 to 65,536 of them, whose confidences do not increase
 */
public record PredictionImage(List<Prediction> predictions) implements PxiImage.OfTokens {

    /** How many predictions an image holds by default. */
    public static final int DEFAULT_K = 5;

    /** Every id once. */
    public static final int MAX_PREDICTIONS = TokenImage.MAX_ID + 1;

    private static final String HOW = "Is this the output_token.pxi that you meant? Make it again with `pixel-llm`.";

    public PredictionImage {
        predictions = List.copyOf(predictions);
        if (predictions.isEmpty() || predictions.size() > MAX_PREDICTIONS) {
            throw new IllegalArgumentException(predictions.size() + " predictions: expected 1 to " + MAX_PREDICTIONS);
        }
        for (int i = 1; i < predictions.size(); i++) {
            if (predictions.get(i).confidence() > predictions.get(i - 1).confidence()) {
                throw new IllegalArgumentException("prediction " + i + " is more confident than the one before it");
            }
        }
    }

    /**
     * Predicts from logits: the {@code k} highest, ties by the lower id, and the softmax over these alone.
     *
     * @param logits one for each id, 1 to 65,536 of them, each finite
     * @param k at least 1; where it is more than the logits, all of them are taken
     */
    public static PredictionImage of(float[] logits, int k) {
        Logits.require(logits);
        if (k < 1) {
            throw new IllegalArgumentException("top " + k + ": expected at least 1");
        }
        int[] ids = TopK.of(logits, Math.min(k, logits.length));
        double[] weights = new double[ids.length];
        double sum = 0;
        for (int i = 0; i < ids.length; i++) {
            // StrictMath, so that every machine gives the same confidence
            weights[i] = StrictMath.exp((double) logits[ids[i]] - logits[ids[0]]);
            sum += weights[i];
        }
        List<Prediction> predictions = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            predictions.add(Prediction.of(ids[i], weights[i] / sum));
        }
        return new PredictionImage(predictions);
    }

    /** Reads a prediction image from a file. */
    public static PredictionImage read(Path file) throws PxiException {
        return decode(PxiKind.PREDICTION.open(file), file.toString());
    }

    /**
     * Reads the predictions off a picture. A few pictures are sound token images and sound predictions, to the pixel: a
     * caller who asks for a prediction has one.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException the picture is not one pixel high, or a confidence is above the one before it
     */
    public static PredictionImage decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        boolean tokens = TokenImage.looksLike(pixels) && !looksLike(pixels);
        if (pixels.height() != 1 || tokens || PxiKind.PREDICTION.isDeniedBy(png)) {
            throw invalid(file, "picture", "a prediction image, 1 pixel high", PxiKind.describe(png));
        }
        List<Prediction> predictions = new ArrayList<>(pixels.width());
        for (int x = 0; x < pixels.width(); x++) {
            if (x > 0 && pixels.blue(x, 0) > pixels.blue(x - 1, 0)) {
                throw invalid(
                        file,
                        "pixel " + x,
                        "a confidence of at most " + pixels.blue(x - 1, 0) + ", that of the pixel before",
                        "confidence " + pixels.blue(x, 0));
            }
            predictions.add(Prediction.read(pixels, x, 0));
        }
        return new PredictionImage(predictions);
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, HOW));
    }

    /**
     * Whether a picture can be taken for a prediction image. Confidences are a softmax: they sum to 255 but for what
     * rounding takes or gives, at most 1 for each pixel.
     */
    static boolean looksLike(Pixels pixels) {
        if (pixels.height() != 1 || pixels.width() > MAX_PREDICTIONS) {
            return false;
        }
        BitSet ids = new BitSet();
        int sum = 0;
        int before = 255;
        for (int x = 0; x < pixels.width(); x++) {
            int id = pixels.redGreen(x, 0);
            int confidence = pixels.blue(x, 0);
            if (confidence > before || ids.get(id)) {
                return false;
            }
            ids.set(id);
            before = confidence;
            sum += confidence;
        }
        return Math.abs(sum - 255) <= pixels.width();
    }

    @Override
    public PxiKind kind() {
        return PxiKind.PREDICTION;
    }

    @Override
    public Map<String, Object> facts() {
        return Map.of("predictions", predictions.size());
    }

    @Override
    public List<List<Prediction>> tokenRows() {
        return List.of(predictions);
    }

    /** The image, one row. // [1, K, 3] */
    @Override
    public Pixels toPixels() {
        Pixels pixels = Pixels.black(predictions.size(), 1);
        for (int x = 0; x < predictions.size(); x++) {
            predictions.get(x).write(pixels, x, 0);
        }
        return pixels;
    }
}
