package org.pixelllm.cli.diff;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.file.PxiFile;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;

/** Compares two images of one kind by what they say. */
final class Differences {

    private static final String NO_NUMBER = "no_numbers";

    private Differences() {}

    static Difference of(PxiFile one, Path a, PxiFile other, Path b) throws PxiException {
        return switch (one.kind()) {
            case TOKENS, PREDICTION, SEQUENCE, SCORES, BEAMS -> {
                List<List<Prediction>> first = tokens(one, a);
                yield new ValuesDifference(new Tokens(first, null), new Tokens(tokens(other, b), first))
                        .result("other_tokens", "another token");
            }
            case HEATMAP ->
                new ValuesDifference(
                                grey(LogitsHeatmap.decode(one.png(), a.toString())
                                        .toPixels()),
                                grey(LogitsHeatmap.decode(other.png(), b.toString())
                                        .toPixels()))
                        .result("", "");
            case ATTENTION ->
                new ValuesDifference(
                                grey(AttentionImage.decode(one.png(), a.toString())
                                        .toPixels()),
                                grey(AttentionImage.decode(other.png(), b.toString())
                                        .toPixels()))
                        .result("", "");
            case ACTIVATIONS ->
                new ValuesDifference(
                                values(ActivationsImage.decode(one.png(), a.toString())),
                                values(ActivationsImage.decode(other.png(), b.toString())))
                        .result(NO_NUMBER, "NaN, infinite");
            case CARTRIDGE -> CartridgeDifference.of(a, b);
            case PROGRAM -> {
                // Each says first whether it is a sound program.
                Program first = ProgramImage.read(one.png().pixels(), a.toString());
                Program second = ProgramImage.read(other.png().pixels(), b.toString());
                Difference pixels = pixels(one, other);
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
            case VIEW, PICTURE, V0_WEIGHTS -> pixels(one, other);
        };
    }

    private static Difference pixels(PxiFile one, PxiFile other) {
        return new ValuesDifference(
                        channels(one.png().pixels()), channels(other.png().pixels()))
                .result("", "");
    }

    private static List<List<Prediction>> tokens(PxiFile file, Path path) throws PxiException {
        String name = path.toString();
        return switch (file.kind()) {
            case TOKENS ->
                List.of(Arrays.stream(TokenImage.decode(file.png(), name).ids())
                        .mapToObj(id -> new Prediction(id, 0))
                        .toList());
            case PREDICTION -> List.of(PredictionImage.decode(file.png(), name).predictions());
            case SEQUENCE -> List.of(SequenceImage.decode(file.png(), name).tokens());
            case SCORES -> List.of(ScoresImage.decode(file.png(), name).tokens());
            case BEAMS -> BeamsImage.decode(file.png(), name).beams();
            default -> throw new IllegalStateException(file.kind() + " has no tokens");
        };
    }

    private static Table grey(Pixels pixels) {
        return new Table(pixels.height(), pixels.width(), (row, column) -> pixels.red(column, row));
    }

    /** Each channel of each pixel as a value of its own. */
    private static Table channels(Pixels pixels) {
        int columns = 3 * pixels.width();
        return new Table(pixels.height(), columns, (row, column) -> pixels.rgb()[row * columns + column] & 0xFF);
    }

    private static Table values(ActivationsImage image) {
        int columns = image.columns();
        return new Table(image.rows(), columns, (row, column) -> image.values()[row * columns + column]);
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
