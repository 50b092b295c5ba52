package org.pixelllm.protocol;

/** What a picture is, judged by its pixels alone, in the order of the constants. */
public enum PxiKind {
    /** A sound token image: {@link TokenImage#decode} accepts it. */
    TOKENS,
    /** One row of distinct ids whose confidences do not increase and sum to about 255. */
    PREDICTION,
    /** Grey, 32 wide, spanning black to white, or flat. */
    HEATMAP,
    /** Any other picture. */
    OTHER;

    /** Judges one picture. */
    public static PxiKind of(Png png) {
        return of(png.pixels());
    }

    static PxiKind of(Pixels pixels) {
        if (TokenImage.looksLike(pixels)) {
            return TOKENS;
        }
        if (PredictionImage.looksLike(pixels)) {
            return PREDICTION;
        }
        return LogitsHeatmap.looksLike(pixels) ? HEATMAP : OTHER;
    }

    /** Names a picture for a message, with its size: {@code a 640 x 480 picture}. */
    static String describe(Pixels pixels) {
        String size = pixels.width() + " x " + pixels.height();
        return switch (of(pixels)) {
            case TOKENS -> "a token image of " + (pixels.width() - 1) + " tokens (" + size + ")";
            case PREDICTION -> "a prediction image of " + pixels.width() + " predictions (" + size + ")";
            case HEATMAP -> "a logits heat map (" + size + ")";
            case OTHER -> "a " + size + " picture";
        };
    }
}
