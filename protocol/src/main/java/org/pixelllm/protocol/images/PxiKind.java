package org.pixelllm.protocol.images;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngEncoder;

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
    /** Named {@code attention}. */
    ATTENTION,
    /** Named {@code activations}. */
    ACTIVATIONS,
    /** Named {@code view}: a picture for eyes, which holds no data to read back. */
    VIEW,
    /** Any other picture. */
    OTHER;

    /** The text entry that names an extension's image. */
    public static final String KEYWORD = "Kind";

    /** The name of pictures for eyes. */
    public static final String VIEW_NAME = "view";

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
        return name == null
                ? null
                : switch (name) {
                    case SequenceImage.NAME -> SEQUENCE;
                    case BeamsImage.NAME -> BEAMS;
                    case ScoresImage.NAME -> SCORES;
                    case AttentionImage.NAME -> ATTENTION;
                    case ActivationsImage.NAME -> ACTIVATIONS;
                    case VIEW_NAME -> VIEW;
                    default -> null;
                };
    }

    /** Text entries that begin with the name of a kind. */
    static Map<String, String> named(String name, Map<String, String> text) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(KEYWORD, name);
        all.putAll(text);
        all.put(KEYWORD, name);
        return all;
    }

    /** A picture for eyes as a PNG file, named in its text. */
    public static byte[] view(Pixels pixels, Map<String, String> text) {
        return PngEncoder.encode(pixels, named(VIEW_NAME, text));
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
            case ATTENTION -> "an attention map (" + size + ")";
            case ACTIVATIONS -> "activations (" + size + ")";
            case VIEW -> "a view for eyes (" + size + ")";
            case OTHER -> "a " + size + " picture";
        };
    }
}
