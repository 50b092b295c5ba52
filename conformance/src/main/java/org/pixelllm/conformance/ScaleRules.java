package org.pixelllm.conformance;

import java.util.List;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.png.Pixels;

/**
 * Whether one range of logits explains both outputs. A confidence B bounds its probability: B to B + 1 parts of 255. A grey v
 * bounds its logit: v to v + 1 parts of 255 of the distance R from the lowest logit to the highest. Of two logits the
 * difference is the logarithm of their probabilities' ratio, so that each predicted token bounds R from both sides.
 */
final class ScaleRules {

    /** What rounding in 32 bits may take or give, in parts of 255. */
    private static final double SLACK = 1e-3;

    /** How many greys two logits may seem further apart or nearer than they are: one for each floor. */
    private static final int FLOORS = 2;

    private ScaleRules() {}

    /** Checks pictures whose ids are known and that rank tokens alike. */
    static void check(Pixels heatmap, List<Prediction> prediction, int vocabulary, List<Finding> findings) {
        if (isFlat(heatmap, vocabulary)) {
            int first = prediction.getFirst().confidence();
            int last = prediction.getLast().confidence();
            if (first - last > 1) {
                findings.add(new Finding(
                        Rule.HEATMAP_FLAT,
                        "expected greys that differ as the confidences " + first + " and " + last
                                + " do, found one grey, " + HeatmapRules.grey(heatmap, 0)));
            }
            return;
        }
        double least = 0;
        double most = Double.POSITIVE_INFINITY;
        int top = HeatmapRules.grey(heatmap, prediction.getFirst().id());
        double topLow = prediction.getFirst().confidence() - SLACK;
        double topHigh = prediction.getFirst().confidence() + 1 + SLACK;
        for (int x = 1; x < prediction.size(); x++) {
            int id = prediction.get(x).id();
            int greys = top - HeatmapRules.grey(heatmap, id);
            int confidence = prediction.get(x).confidence();
            least = Math.max(least, 255 * log(topLow / (confidence + 1 + SLACK)) / (greys + FLOORS));
            if (greys > FLOORS && confidence > 0) {
                most = Math.min(most, 255 * log(topHigh / (confidence - SLACK)) / (greys - FLOORS));
            }
            if (least > most) {
                findings.add(new Finding(
                        Rule.HEATMAP_SCALE,
                        "token %d: expected a grey and a confidence that fit those before, found %d below the top token's grey and confidence %d of its %d"
                                .formatted(
                                        id,
                                        greys,
                                        confidence,
                                        prediction.getFirst().confidence())));
                return;
            }
        }
    }

    private static double log(double ratio) {
        return ratio > 0 ? StrictMath.log(ratio) : Double.NEGATIVE_INFINITY;
    }

    private static boolean isFlat(Pixels heatmap, int vocabulary) {
        int first = HeatmapRules.grey(heatmap, 0);
        for (int id = 1; id < vocabulary; id++) {
            if (HeatmapRules.grey(heatmap, id) != first) {
                return false;
            }
        }
        return true;
    }
}
