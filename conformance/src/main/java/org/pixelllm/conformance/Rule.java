package org.pixelllm.conformance;

/**
 * What the protocol asks of one run of an implementation: a token image went in, a prediction image and a
 * logits heat map came out. The rules are independent: where one makes another meaningless, only the first is reported.
 */
public enum Rule implements Check {
    INPUT("the input is a token image whose ids are below the vocabulary"),

    PREDICTION_FILE("output_token.pxi exists and is a whole PNG of opaque 8-bit colours"),
    PREDICTION_FORMAT("output_token.pxi is stored as 8-bit RGB, not interlaced"),
    PREDICTION_SHAPE(
            "output_token.pxi is K x 1 pixels, in version 2 K + 1 x 2 with (1, 0, 2) first, K from 1 to the vocabulary"),
    PREDICTION_IDS("every predicted id is below the vocabulary"),
    PREDICTION_DISTINCT("no id is predicted twice"),
    PREDICTION_ORDER("predictions are sorted by confidence, the highest first"),
    PREDICTION_SUM(
            "confidences are floors of a softmax over the K predictions: they sum to 255 - K at least, 255 at most"),

    HEATMAP_FILE("logits_heatmap.pxi exists and is a whole PNG of opaque 8-bit colours"),
    HEATMAP_FORMAT("logits_heatmap.pxi is stored as 8-bit RGB, not interlaced"),
    HEATMAP_SIZE("logits_heatmap.pxi has a pixel for every id: W * H is at least the vocabulary"),
    HEATMAP_GREY("every pixel of logits_heatmap.pxi is grey, R = G = B"),
    HEATMAP_RANGE("the lowest logit is black and the highest white, unless all are equal"),
    HEATMAP_TOP("the top token's pixel is the brightest, or as bright as the brightest"),
    HEATMAP_ORDER(
            "the heat map ranks tokens as the prediction does: predicted ones not brightening, no other one brighter"),
    HEATMAP_FLAT("the heat map is of one grey only where all confidences are equal, as they are of equal logits"),
    HEATMAP_SCALE(
            "greys and confidences fit the same logits: one range from the lowest to the highest logit explains both");

    private final String statement;

    Rule(String statement) {
        this.statement = statement;
    }

    @Override
    public String statement() {
        return statement;
    }
}
