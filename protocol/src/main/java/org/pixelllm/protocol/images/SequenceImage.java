package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.List;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Png;

/**
 * The tokens that a model generated, {@code output_sequence.pxi}: one row, a pixel for each generated token in its
 * order, the id in R and G and in B its confidence: the floor of 255 times the probability that the model itself gave
 * it, among all tokens, before any sampler.
 *
 * @param version of its pixels
 * @param tokens 1 to 65,535 of them
 */
public record SequenceImage(PxiVersion version, List<Prediction> tokens) implements PxiImage.OfTokenRow {

    /** The kind's name, and its file's. */
    public static final String NAME = "output_sequence";

    private static final String HOW = "Is this the output_sequence.pxi that you meant? `pixel-llm generate` writes it.";

    public SequenceImage {
        tokens = TokenRows.require(version, tokens, "a sequence");
    }

    /** A sequence of version 1. */
    public SequenceImage(List<Prediction> tokens) {
        this(PxiVersion.V1, tokens);
    }

    /** Reads a sequence from a file. */
    public static SequenceImage read(Path file) throws PxiException {
        return decode(PxiKind.SEQUENCE.open(file), file.toString());
    }

    /**
     * Reads the tokens off a picture, whether or not its text names it.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException the picture is not one pixel high and no sequence of version 2, too wide, or says that it is something else
     */
    public static SequenceImage decode(Png png, String file) throws PxiException {
        if (PxiKind.SEQUENCE.isWide(png)) {
            return new SequenceImage(PxiVersion.V2, WideRows.readRow(png, file, HOW));
        }
        return new SequenceImage(TokenRows.readRow(png, file, PxiKind.SEQUENCE, "an output sequence", HOW));
    }

    @Override
    public PxiKind kind() {
        return PxiKind.SEQUENCE;
    }
}
