package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.List;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;

/**
 * How probable a prompt was to a model, {@code prompt_scores.pxi}: one row, a pixel for each token of the prompt, the id
 * in R and G and in B the floor of 255 times the probability that the model gave it after those before it, among all
 * tokens. Nothing precedes the first one: its B is 0.
 *
 * @param version of its pixels
 * @param tokens 1 to 65,535 of them; the confidence of the first is 0
 */
public record ScoresImage(PxiVersion version, List<Prediction> tokens) implements PxiImage.OfTokenRow {

    /** The kind's name, and its file's. */
    public static final String NAME = "prompt_scores";

    private static final String HOW = "Is this the prompt_scores.pxi that you meant? `pixel-llm --scores` writes it.";

    public ScoresImage {
        tokens = TokenRows.require(version, tokens, "a scored prompt");
        if (tokens.getFirst().confidence() != 0) {
            throw new IllegalArgumentException("nothing predicts the first token of a prompt: its confidence is 0");
        }
    }

    /** Scores of version 1. */
    public ScoresImage(List<Prediction> tokens) {
        this(PxiVersion.V1, tokens);
    }

    /** Reads scores from a file. */
    public static ScoresImage read(Path file) throws PxiException {
        return decode(PxiKind.SCORES.open(file), file.toString());
    }

    /**
     * Reads the scores off a picture, whether or not its text names it.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException the picture is not one pixel high and no scores of version 2, too wide, gives its first token a probability,
     *     or says that it is something else
     */
    public static ScoresImage decode(Png png, String file) throws PxiException {
        boolean wide = PxiKind.SCORES.isWide(png);
        List<Prediction> tokens = wide
                ? WideRows.readRow(png, file, HOW)
                : TokenRows.readRow(png, file, PxiKind.SCORES, "prompt scores", HOW);
        int first = tokens.getFirst().confidence();
        if (first != 0) {
            String channel = wide ? "grey " : "blue ";
            throw new InvalidContentException(new Fault(
                    file,
                    wide ? Pixels.place(1, 1) : "pixel 0",
                    channel + "0, since nothing predicts the first token of a prompt",
                    channel + first,
                    HOW));
        }
        return new ScoresImage(wide ? PxiVersion.V2 : PxiVersion.V1, tokens);
    }

    @Override
    public PxiKind kind() {
        return PxiKind.SCORES;
    }
}
