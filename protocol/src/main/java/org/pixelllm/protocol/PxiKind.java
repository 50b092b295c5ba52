package org.pixelllm.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a picture is. The images of version 1 are judged by their pixels alone, in the order of the constants. Those of
 * the extensions cannot be told by their pixels, so their writers name them in the text entry {@value #KEYWORD}; a
 * picture that has lost it is read as what the caller says it is.
 */
public enum PxiKind {
    /** A sound token image: {@link TokenImage#decode} accepts it. */
    TOKENS,
    /** One row of distinct ids whose confidences do not increase and sum to about 255. */
    PREDICTION,
    /** Grey, 32 wide, spanning black to white, or flat. */
    HEATMAP,
    /** Named {@code output_sequence}. */
    SEQUENCE,
    /** Named {@code output_beams}. */
    BEAMS,
    /** Named {@code prompt_scores}. */
    SCORES,
    /** Any other picture. */
    OTHER;

    /** The text entry that names an extension's image. */
    public static final String KEYWORD = "Kind";

    /** Judges one picture. */
    public static PxiKind of(Png png) {
        PxiKind named = named(png);
        return named != null ? named : of(png.pixels());
    }

    private static PxiKind of(Pixels pixels) {
        if (TokenImage.looksLike(pixels)) {
            return TOKENS;
        }
        if (PredictionImage.looksLike(pixels)) {
            return PREDICTION;
        }
        return LogitsHeatmap.looksLike(pixels) ? HEATMAP : OTHER;
    }

    private static @Nullable PxiKind named(Png png) {
        String name = png.text().get(KEYWORD);
        if (SequenceImage.NAME.equals(name)) {
            return SEQUENCE;
        }
        if (BeamsImage.NAME.equals(name)) {
            return BEAMS;
        }
        return ScoresImage.NAME.equals(name) ? SCORES : null;
    }

    /** Whether a picture's own text says that it is something else than this. */
    boolean isDeniedBy(Png png) {
        PxiKind named = named(png);
        return named != null && named != this;
    }

    /** Names a picture for a message, with its size: {@code a 640 x 480 picture}. */
    static String describe(Png png) {
        Pixels pixels = png.pixels();
        String size = pixels.width() + " x " + pixels.height();
        return switch (of(png)) {
            case TOKENS -> "a token image of " + (pixels.width() - 1) + " tokens (" + size + ")";
            case PREDICTION -> "a prediction image of " + pixels.width() + " predictions (" + size + ")";
            case HEATMAP -> "a logits heat map (" + size + ")";
            case SEQUENCE -> "an output sequence (" + size + ")";
            case BEAMS -> "output beams (" + size + ")";
            case SCORES -> "prompt scores (" + size + ")";
            case OTHER -> "a " + size + " picture";
        };
    }
}
