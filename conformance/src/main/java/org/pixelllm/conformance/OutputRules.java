package org.pixelllm.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PxiVersion;
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
     * @param prediction its prediction, best first, where there is a whole PNG of the right shape and known ids // [K]
     * @param heatmap its heat map, where there is a whole PNG with a grey for every id // [H, W, 3]
     * @param findings what is wrong, in the order of {@link Rule}
     */
    public record Checked(
            @Nullable List<Prediction> prediction, @Nullable Pixels heatmap, List<Finding> findings) {

        public Checked {
            prediction = prediction == null ? null : List.copyOf(prediction);
            findings = List.copyOf(findings);
        }
    }

    /**
     * Checks one run.
     *
     * @param input the token image that the implementation was given
     * @param outputs the folder that it wrote its two files to
     * @param vocabulary how many ids the model has, 1 to {@link PxiVersion#MAX_VOCABULARY}; 1,024 for the protocol's own tokenizer
     * @return what is wrong, in the order of {@link Rule}; empty when all holds
     */
    public static List<Finding> check(Path input, Path outputs, int vocabulary) {
        return read(input, outputs, vocabulary).findings();
    }

    /** Checks one run as {@link #check} does, and gives the pictures too. */
    public static Checked read(Path input, Path outputs, int vocabulary) {
        if (vocabulary < 1 || vocabulary > PxiVersion.MAX_VOCABULARY) {
            throw new IllegalArgumentException(
                    "a vocabulary of " + vocabulary + " ids: expected 1 to " + PxiVersion.MAX_VOCABULARY);
        }
        List<Finding> findings = new ArrayList<>();
        PxiVersion version = version(input, vocabulary, findings);
        @Nullable
        Pixels pixels =
                StrictPng.read(outputs.resolve(PREDICTION), Rule.PREDICTION_FILE, Rule.PREDICTION_FORMAT, findings);
        @Nullable
        List<Prediction> prediction =
                pixels == null ? null : PredictionPixels.read(pixels, version, vocabulary, findings);
        boolean ranked = prediction != null
                && PredictionRules.check(prediction, PredictionPixels.before(version), vocabulary, findings);
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

    /** The version of a question, in which it is to be answered; where it is unsound, the model's. */
    private static PxiVersion version(Path input, int vocabulary, List<Finding> findings) {
        try {
            TokenImage tokens = TokenImage.read(input);
            tokens.requireVocabulary(vocabulary, input.toString());
            return tokens.version();
        } catch (PxiException e) {
            findings.add(new Finding(Rule.INPUT, String.valueOf(e.getMessage())));
            return PxiVersion.of(vocabulary);
        }
    }
}
