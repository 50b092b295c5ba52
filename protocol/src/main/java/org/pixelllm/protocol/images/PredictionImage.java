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
 * and G and its confidence in B; in version 2 a column and two rows, one of ids and one of confidences.
 *
 * @param version of its pixels
 * @param predictions 1 to {@link #most} of them, whose confidences do not increase
 */
public record PredictionImage(PxiVersion version, List<Prediction> predictions) implements PxiImage.OfTokens {

    /** How many predictions an image holds by default. */
    public static final int DEFAULT_K = 5;

    /** Every id of version 1 once. */
    public static final int MAX_PREDICTIONS = 65_536;

    private static final String HOW = "Is this the output_token.pxi that you meant? Make it again with `pixel-llm`.";

    public PredictionImage {
        predictions = List.copyOf(predictions);
        if (predictions.isEmpty() || predictions.size() > most(version)) {
            throw new IllegalArgumentException(predictions.size() + " predictions: expected 1 to " + most(version));
        }
        TokenRows.requireIds(version, predictions);
        for (int i = 1; i < predictions.size(); i++) {
            if (predictions.get(i).confidence() > predictions.get(i - 1).confidence()) {
                throw new IllegalArgumentException("prediction " + i + " is more confident than the one before it");
            }
        }
    }

    /** A prediction of version 1. */
    public PredictionImage(List<Prediction> predictions) {
        this(PxiVersion.V1, predictions);
    }

    /** The most predictions of a version's image: in version 2 as many as there are tokens in any other. */
    public static int most(PxiVersion version) {
        return switch (version) {
            case V1 -> MAX_PREDICTIONS;
            case V2 -> CharacterTokens.MAX_TOKENS;
        };
    }

    /**
     * Predicts from logits: the {@code k} highest, ties by the lower id, and the softmax over these alone; in the version that a
     * model of so many ids speaks.
     *
     * @param logits one for each id, 1 to {@link PxiVersion#MAX_VOCABULARY} of them, each finite
     * @param k at least 1; where it is more than the logits or the {@link #most} that an image holds, that many are taken
     */
    public static PredictionImage of(float[] logits, int k) {
        Logits.require(logits);
        if (k < 1) {
            throw new IllegalArgumentException("top " + k + ": expected at least 1");
        }
        PxiVersion version = PxiVersion.of(logits.length);
        int[] ids = TopK.of(logits, Math.min(Math.min(k, most(version)), logits.length));
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
        return new PredictionImage(version, predictions);
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
     * @throws InvalidContentException the picture is not one pixel high and no prediction of version 2, or a confidence is above the one before it
     */
    public static PredictionImage decode(Png png, String file) throws PxiException {
        if (PxiKind.PREDICTION.isWide(png)) {
            return wide(png, file);
        }
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

    private static PredictionImage wide(Png png, String file) throws InvalidContentException {
        List<Prediction> predictions = WideRows.readRow(png, file, HOW);
        for (int i = 1; i < predictions.size(); i++) {
            int before = predictions.get(i - 1).confidence();
            int confidence = predictions.get(i).confidence();
            if (confidence > before) {
                throw invalid(
                        file,
                        Pixels.place(i + 1, 1),
                        "a confidence of at most " + before + ", that of the pixel before",
                        "confidence " + confidence);
            }
        }
        return new PredictionImage(PxiVersion.V2, predictions);
    }

    /**
     * The same predictions in a version.
     *
     * @throws IllegalArgumentException that version does not hold one of the ids; {@link #beyond} tells
     */
    public PredictionImage in(PxiVersion other) {
        return other == version ? this : new PredictionImage(other, predictions);
    }

    /** The first predicted id that a version does not hold; -1 where it holds all. */
    public int beyond(PxiVersion other) {
        for (Prediction each : predictions) {
            if (!other.holds(each.id())) {
                return each.id();
            }
        }
        return -1;
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, HOW));
    }

    /**
     * Whether a picture can be taken for a prediction image of version 1. Confidences are a softmax: they sum to 255 but for what
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
        return TokenRows.facts("predictions", predictions.size(), version);
    }

    @Override
    public List<List<Prediction>> tokenRows() {
        return List.of(predictions);
    }

    /** The image: one row in version 1, a column and two rows in version 2. // [1, K, 3], [2, K + 1, 3] */
    @Override
    public Pixels toPixels() {
        return switch (version) {
            case V1 -> TokenRows.row(predictions);
            case V2 -> WideRows.pixels(PxiKind.PREDICTION, List.of(predictions));
        };
    }
}
