package org.pixelllm.cli.diff;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.file.PxiFile;
import org.pixelllm.cli.file.PxiFile.Kind;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PxiImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;

/** Compares two images of one kind by what they say. */
final class Differences {

    private static final String NO_NUMBER = "no_numbers";

    private Differences() {}

    /** Compares two files of one kind. */
    static Difference of(PxiFile one, Path a, PxiFile other, Path b) throws PxiException {
        return switch (one.kind()) {
            case Kind.Image(PxiKind kind) ->
                images(kind.decode(one.png(), a.toString()), kind.decode(other.png(), b.toString()));
            case Kind.Other.CARTRIDGE -> CartridgeDifference.of(a, b);
            case Kind.Other.PROGRAM -> {
                // Each says first whether it is a sound program.
                Program first = ProgramImage.read(one.png().pixels(), a.toString());
                Program second = ProgramImage.read(other.png().pixels(), b.toString());
                Difference pixels = pixels(one.png().pixels(), other.png().pixels());
                Map<String, Object> facts = new LinkedHashMap<>(pixels.facts());
                facts.put(
                        "tensors",
                        first.tensors().size() + " / " + second.tensors().size());
                facts.put(
                        "instructions",
                        first.instructions().size() + " / "
                                + second.instructions().size());
                yield new Difference(facts, pixels.picture());
            }
            case Kind.Other.V0_WEIGHTS -> pixels(one.png().pixels(), other.png().pixels());
        };
    }

    private static Difference images(PxiImage one, PxiImage other) {
        return switch (one) {
            case PxiImage.OfTokens a
            when other instanceof PxiImage.OfTokens b ->
                versions(
                        a,
                        b,
                        new ValuesDifference(new Tokens(a.tokenRows(), null), new Tokens(b.tokenRows(), a.tokenRows()))
                                .result("other_tokens", "another token"));
            case PxiImage.OfValues a
            when other instanceof PxiImage.OfValues b ->
                new ValuesDifference(values(a), values(b)).result(NO_NUMBER, "NaN, infinite");
            case PxiImage.OfGreys a -> new ValuesDifference(grey(a.toPixels()), grey(other.toPixels())).result("", "");
            case PxiImage.OfTokens _, PxiImage.OfValues _, PxiImage.OfPixels _ ->
                pixels(one.toPixels(), other.toPixels());
        };
    }

    /** Images of two versions are not equal, though they may hold the same tokens. */
    private static Difference versions(PxiImage.OfTokens one, PxiImage.OfTokens other, Difference tokens) {
        if (one.version() == other.version()) {
            return tokens;
        }
        Map<String, Object> facts = new LinkedHashMap<>(tokens.facts());
        facts.put("equal", false);
        facts.put("versions", one.version().number() + " / " + other.version().number());
        return new Difference(facts, tokens.picture());
    }

    private static Difference pixels(Pixels one, Pixels other) {
        return new ValuesDifference(channels(one), channels(other)).result("", "");
    }

    private static Table grey(Pixels pixels) {
        return new Table(pixels.height(), pixels.width(), (row, column) -> pixels.red(column, row));
    }

    /** Each channel of each pixel as a value of its own. */
    private static Table channels(Pixels pixels) {
        int columns = 3 * pixels.width();
        return new Table(pixels.height(), columns, (row, column) -> pixels.rgb()[row * columns + column] & 0xFF);
    }

    private static Table values(PxiImage.OfValues image) {
        int columns = image.columns();
        float[] values = image.values();
        return new Table(image.rows(), columns, (row, column) -> values[row * columns + column]);
    }

    /** One value of a table. */
    private interface Cell {
        float at(int row, int column);
    }

    /** Values that are there already, in another shape. */
    private record Table(int rows, int columns, Cell cell) implements ValuesDifference.Values {

        @Override
        public float at(int row, int column) {
            return cell.at(row, column);
        }
    }

    /**
     * Confidences of tokens; those of the second image are no number where it has another token than the first one, or only
     * one of the two has any.
     */
    private record Tokens(
            List<List<Prediction>> own, @Nullable List<List<Prediction>> first) implements ValuesDifference.Values {

        @Override
        public int rows() {
            return own.size();
        }

        @Override
        public int columns() {
            return own.stream().mapToInt(List::size).max().orElse(0);
        }

        @Override
        public float at(int row, int column) {
            Prediction token = token(own, row, column);
            if (first == null) {
                return token == null ? 0 : token.confidence();
            }
            Prediction before = token(first, row, column);
            if (token == null || before == null) {
                return token == before ? 0 : Float.NaN;
            }
            return token.id() == before.id() ? token.confidence() : Float.NaN;
        }

        private static @Nullable Prediction token(List<List<Prediction>> rows, int row, int column) {
            return column < rows.get(row).size() ? rows.get(row).get(column) : null;
        }
    }
}
