package org.pixelllm.conformance;

import java.util.BitSet;
import java.util.List;
import org.pixelllm.protocol.images.Prediction;

/** The rules of the predictions in {@code output_token.pxi}. */
final class PredictionRules {

    private PredictionRules() {}

    /**
     * Checks them; true where their ids can be looked up in a heat map.
     *
     * @param before how many pixels are before the first prediction's
     */
    static boolean check(List<Prediction> prediction, int before, int vocabulary, List<Finding> findings) {
        boolean known = checkIds(prediction, before, vocabulary, findings);
        checkConfidences(prediction, before, findings);
        return known;
    }

    private static boolean checkIds(List<Prediction> prediction, int before, int vocabulary, List<Finding> findings) {
        BitSet seen = new BitSet();
        int unknown = -1;
        int twice = -1;
        for (int x = prediction.size() - 1; x >= 0; x--) {
            int id = prediction.get(x).id();
            unknown = id >= vocabulary ? x : unknown;
            twice = seen.get(id) ? x : twice;
            seen.set(id);
        }
        if (unknown >= 0) {
            findings.add(new Finding(
                    Rule.PREDICTION_IDS,
                    "pixel " + (before + unknown) + ": expected an id below " + vocabulary + ", found "
                            + prediction.get(unknown).id()));
        }
        if (twice >= 0) {
            findings.add(new Finding(
                    Rule.PREDICTION_DISTINCT,
                    "pixel " + (before + twice) + ": expected each id once, found "
                            + prediction.get(twice).id() + " again later"));
        }
        return unknown < 0;
    }

    private static void checkConfidences(List<Prediction> prediction, int pixels, List<Finding> findings) {
        int k = prediction.size();
        int sum = prediction.getFirst().confidence();
        boolean sorted = true;
        for (int x = 1; x < k; x++) {
            int before = prediction.get(x - 1).confidence();
            int confidence = prediction.get(x).confidence();
            if (sorted && confidence > before) {
                sorted = false;
                findings.add(new Finding(
                        Rule.PREDICTION_ORDER,
                        "pixel " + (pixels + x) + ": expected a confidence of at most " + before + ", found "
                                + confidence));
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
