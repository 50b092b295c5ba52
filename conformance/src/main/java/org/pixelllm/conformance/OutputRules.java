package org.pixelllm.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;

/** Checks what one run of an implementation wrote against the protocol, as a black box: only its files are looked at. */
public final class OutputRules {

    /** The file names of the protocol. */
    public static final String PREDICTION = "output_token.pxi";

    public static final String HEATMAP = "logits_heatmap.pxi";

    /** If one of these is broken, there is no range of logits to be found. */
    private static final Set<Rule> RANKING = EnumSet.of(
            Rule.PREDICTION_DISTINCT, Rule.PREDICTION_ORDER, Rule.HEATMAP_RANGE, Rule.HEATMAP_TOP, Rule.HEATMAP_ORDER);

    private OutputRules() {}

    /**
     * What one run wrote.
     *
     * @param prediction its prediction, where there is a whole PNG of one row and known ids // [1, K, 3]
     * @param heatmap its heat map, where there is a whole PNG with a grey for every id // [H, W, 3]
     * @param findings what is wrong, in the order of {@link Rule}
     */
    public record Checked(
            @Nullable Pixels prediction, @Nullable Pixels heatmap, List<Finding> findings) {

        public Checked {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Checks one run.
     *
     * @param input the token image that the implementation was given
     * @param outputs the folder that it wrote its two files to
     * @param vocabulary how many ids the model has, 1 to 65,536; 1,024 for the protocol's own tokenizer
     * @return what is wrong, in the order of {@link Rule}; empty when all holds
     */
    public static List<Finding> check(Path input, Path outputs, int vocabulary) {
        return read(input, outputs, vocabulary).findings();
    }

    /** Checks one run as {@link #check} does, and gives the pictures too. */
    public static Checked read(Path input, Path outputs, int vocabulary) {
        if (vocabulary < 1 || vocabulary > TokenImage.MAX_ID + 1) {
            throw new IllegalArgumentException("a vocabulary of " + vocabulary + " ids: expected 1 to 65536");
        }
        List<Finding> findings = new ArrayList<>();
        checkInput(input, vocabulary, findings);
        @Nullable
        Pixels prediction =
                StrictPng.read(outputs.resolve(PREDICTION), Rule.PREDICTION_FILE, Rule.PREDICTION_FORMAT, findings);
        boolean ranked = prediction != null && PredictionRules.check(prediction, vocabulary, findings);
        @Nullable
        Pixels heatmap = StrictPng.read(outputs.resolve(HEATMAP), Rule.HEATMAP_FILE, Rule.HEATMAP_FORMAT, findings);
        boolean drawn = heatmap != null && HeatmapRules.check(heatmap, vocabulary, findings);
        if (prediction != null && ranked && heatmap != null && drawn) {
            HeatmapRules.checkAgreement(heatmap, prediction, vocabulary, findings);
            if (findings.stream().noneMatch(finding -> RANKING.contains(finding.rule()))) {
                ScaleRules.check(heatmap, prediction, vocabulary, findings);
            }
        }
        return new Checked(ranked ? prediction : null, drawn ? heatmap : null, findings);
    }

    private static void checkInput(Path input, int vocabulary, List<Finding> findings) {
        try {
            TokenImage.read(input).requireVocabulary(vocabulary, input.toString());
        } catch (PxiException e) {
            findings.add(new Finding(Rule.INPUT, String.valueOf(e.getMessage())));
        }
    }
}
