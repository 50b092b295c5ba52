package org.pixelllm.conformance;

import java.util.BitSet;
import java.util.List;
import org.pixelllm.protocol.png.Pixels;

/** The rules of {@code output_token.pxi}: one row, an id in R and G of each pixel, its confidence in B. */
final class PredictionRules {

    private PredictionRules() {}

    /** Checks the picture; true where its ids can be looked up in a heat map. */
    static boolean check(Pixels prediction, int vocabulary, List<Finding> findings) {
        int k = prediction.width();
        if (prediction.height() != 1 || k > vocabulary) {
            findings.add(new Finding(
                    Rule.PREDICTION_SHAPE,
                    "expected 1 to " + vocabulary + " pixels in 1 row, found " + k + " x " + prediction.height()));
            return false;
        }
        boolean known = checkIds(prediction, vocabulary, findings);
        checkConfidences(prediction, findings);
        return known;
    }

    static int id(Pixels prediction, int x) {
        return prediction.redGreen(x, 0);
    }

    private static boolean checkIds(Pixels prediction, int vocabulary, List<Finding> findings) {
        BitSet seen = new BitSet();
        int unknown = -1;
        int twice = -1;
        for (int x = prediction.width() - 1; x >= 0; x--) {
            int id = id(prediction, x);
            unknown = id >= vocabulary ? x : unknown;
            twice = seen.get(id) ? x : twice;
            seen.set(id);
        }
        if (unknown >= 0) {
            findings.add(new Finding(
                    Rule.PREDICTION_IDS,
                    "pixel " + unknown + ": expected an id below " + vocabulary + ", found "
                            + id(prediction, unknown)));
        }
        if (twice >= 0) {
            findings.add(new Finding(
                    Rule.PREDICTION_DISTINCT,
                    "pixel " + twice + ": expected each id once, found " + id(prediction, twice) + " again later"));
        }
        return unknown < 0;
    }

    private static void checkConfidences(Pixels prediction, List<Finding> findings) {
        int k = prediction.width();
        int sum = prediction.blue(0, 0);
        boolean sorted = true;
        for (int x = 1; x < k; x++) {
            int before = prediction.blue(x - 1, 0);
            int confidence = prediction.blue(x, 0);
            if (sorted && confidence > before) {
                sorted = false;
                findings.add(new Finding(
                        Rule.PREDICTION_ORDER,
                        "pixel " + x + ": expected a confidence of at most " + before + ", found " + confidence));
            }
            sum += confidence;
        }
        int least = Math.max(0, 255 - k);
        if (sum < least || sum > 255) {
            findings.add(new Finding(
                    Rule.PREDICTION_SUM,
                    "expected " + k + " confidences that sum to " + least + " to 255, found a sum of " + sum));
        }
    }
}
