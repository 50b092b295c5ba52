package org.pixelllm.conformance;

import java.util.BitSet;
import java.util.List;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.png.Pixels;

/** The rules of {@code logits_heatmap.pxi}: a grey pixel for every id, row by row. Pixels after the last id are free. */
final class HeatmapRules {

    private HeatmapRules() {}

    /** Checks the picture; true where it holds a grey for every id. */
    static boolean check(Pixels heatmap, int vocabulary, List<Finding> findings) {
        long cells = (long) heatmap.width() * heatmap.height();
        if (cells < vocabulary) {
            findings.add(new Finding(
                    Rule.HEATMAP_SIZE,
                    "expected at least " + vocabulary + " pixels, found " + heatmap.width() + " x " + heatmap.height()
                            + " = " + cells));
            return false;
        }
        if (!checkGrey(heatmap, findings)) {
            return false;
        }
        checkRange(heatmap, vocabulary, findings);
        return true;
    }

    private static boolean checkGrey(Pixels heatmap, List<Finding> findings) {
        for (int y = 0; y < heatmap.height(); y++) {
            for (int x = 0; x < heatmap.width(); x++) {
                int red = heatmap.red(x, y);
                if (red != heatmap.green(x, y) || red != heatmap.blue(x, y)) {
                    findings.add(new Finding(
                            Rule.HEATMAP_GREY,
                            "pixel (%d, %d): expected R = G = B, found (%d, %d, %d)"
                                    .formatted(x, y, red, heatmap.green(x, y), heatmap.blue(x, y))));
                    return false;
                }
            }
        }
        return true;
    }

    private static void checkRange(Pixels heatmap, int vocabulary, List<Finding> findings) {
        int lowest = 255;
        int highest = 0;
        for (int id = 0; id < vocabulary; id++) {
            lowest = Math.min(lowest, grey(heatmap, id));
            highest = Math.max(highest, grey(heatmap, id));
        }
        if (lowest != highest && (lowest != 0 || highest != 255)) {
            findings.add(new Finding(
                    Rule.HEATMAP_RANGE, "expected greys from 0 to 255, found " + lowest + " to " + highest));
        }
    }

    /** Checks that both outputs rank the tokens alike. Floors merge neighbours, so equal greys rank either way. */
    static void checkAgreement(Pixels heatmap, List<Prediction> prediction, int vocabulary, List<Finding> findings) {
        int brightest = 0;
        for (int id = 1; id < vocabulary; id++) {
            brightest = grey(heatmap, id) > grey(heatmap, brightest) ? id : brightest;
        }
        int top = prediction.getFirst().id();
        if (grey(heatmap, top) < grey(heatmap, brightest)) {
            findings.add(new Finding(
                    Rule.HEATMAP_TOP,
                    "expected the top token " + top + " to be the brightest, found its grey " + grey(heatmap, top)
                            + " below " + grey(heatmap, brightest) + " of token " + brightest));
            return;
        }
        checkOrder(heatmap, prediction, vocabulary, findings);
    }

    private static void checkOrder(
            Pixels heatmap, List<Prediction> prediction, int vocabulary, List<Finding> findings) {
        BitSet predicted = new BitSet();
        predicted.set(prediction.getFirst().id());
        int last = prediction.getFirst().id();
        for (int x = 1; x < prediction.size(); x++) {
            int id = prediction.get(x).id();
            if (grey(heatmap, id) > grey(heatmap, last)) {
                findings.add(brighter(heatmap, id, last, "predicted before it"));
                return;
            }
            predicted.set(id);
            last = id;
        }
        for (int id = 0; id < vocabulary; id++) {
            if (!predicted.get(id) && grey(heatmap, id) > grey(heatmap, last)) {
                findings.add(brighter(heatmap, id, last, "the last one predicted"));
                return;
            }
        }
    }

    private static Finding brighter(Pixels heatmap, int id, int than, String what) {
        return new Finding(
                Rule.HEATMAP_ORDER,
                "token " + id + ": expected a grey of at most " + grey(heatmap, than) + ", that of token " + than + ", "
                        + what + ", found " + grey(heatmap, id));
    }

    static int grey(Pixels heatmap, int id) {
        return heatmap.red(id % heatmap.width(), id / heatmap.width());
    }
}
