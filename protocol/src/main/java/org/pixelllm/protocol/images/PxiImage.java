package org.pixelllm.protocol.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;

/**
 * A decoded image of the protocol or of its extensions. What it holds has one of four shapes; code that lists or compares
 * images asks for the shape, so that it needs no change for a new kind.
 */
public sealed interface PxiImage {

    /** Which image this is. */
    PxiKind kind();

    /** The image as it is written. */
    Pixels toPixels();

    /** What a person wants to know of it at first, name to value: {@code tokens} to 12. */
    default Map<String, Object> facts() {
        return Map.of();
    }

    /** The image as a PNG file; that of an extension is named in its text. */
    default byte[] toPng(Map<String, String> text) {
        return PngEncoder.encode(toPixels(), kind().named(text));
    }

    /** Writes the image, whole or not at all. */
    default void write(Path file, Map<String, String> provenance) throws IOException {
        PxiFiles.write(file, toPng(provenance));
    }

    /** Tokens, with a confidence where the image states one. */
    non-sealed interface OfTokens extends PxiImage {

        /** The version of its pixels. */
        PxiVersion version();

        /** The tokens, row by row; a confidence that the image does not state is 0. */
        List<List<Prediction>> tokenRows();
    }

    /** A single row of tokens with their confidences, a pixel each. */
    interface OfTokenRow extends OfTokens {

        /** The tokens in their order. */
        List<Prediction> tokens();

        /** Their ids. // [tokens] */
        default int[] ids() {
            return tokens().stream().mapToInt(Prediction::id).toArray();
        }

        @Override
        default List<List<Prediction>> tokenRows() {
            return List.of(tokens());
        }

        @Override
        default Map<String, Object> facts() {
            return TokenRows.facts("tokens", tokens().size(), version());
        }

        /** The image: one row in version 1, a column and two rows in version 2. // [1, tokens, 3], [2, tokens + 1, 3] */
        @Override
        default Pixels toPixels() {
            return switch (version()) {
                case V1 -> TokenRows.row(tokens());
                case V2 -> WideRows.pixels(kind(), List.of(tokens()));
            };
        }

        /** A pixel for each token, in their order, for eyes: those of version 1, or the ids of version 2. // [1, tokens, 3] */
        default Pixels tokenPixels() {
            return switch (version()) {
                case V1 -> TokenRows.row(tokens());
                case V2 -> TokenRows.ids(tokens());
            };
        }
    }

    /** Greys, 0 to 255, the same in all three channels. */
    non-sealed interface OfGreys extends PxiImage {}

    /** Numbers, exact to the bit. */
    non-sealed interface OfValues extends PxiImage {

        /** How many rows there are. */
        int rows();

        /** Values of a row. */
        int columns();

        /** The values, row by row. // [rows, columns] */
        float[] values();
    }

    /** A picture, whose pixels hold no data to read back. */
    non-sealed interface OfPixels extends PxiImage {}
}
