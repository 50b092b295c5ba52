package org.pixelllm.forge.importer.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.forge.importer.tensor.TensorInfo;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.weights.ElementType;

/** Where a weight of a program comes from. */
public sealed interface Source {

    /** What it is called, for messages. */
    String name();

    /** The tensors of the file that it is read from. */
    List<String> names();

    /** The type that holds the file's very values of a weight of this shape; checks that the file has them. */
    ElementType require(TensorFile file, List<Integer> shape) throws InvalidContentException;

    /** The weight on its way into a cartridge; {@link #require} has passed. */
    EncodedWeight encoded(TensorFile file, ElementType type, List<Integer> shape);

    /** A tensor of the weight's own, as it is. */
    static Stored of(String name) {
        return new Stored(List.of(name), Rows.OWN, false, 0, null);
    }

    /** Values that no file holds, row by row; not copied. */
    static Source given(String name, float[] values) {
        return new Given(name, values);
    }

    /**
     * Which rows of a tensor are a weight's.
     *
     * @param total how many rows the tensor has; 0 for as many as the weight
     * @param of which row of the tensor is row r of the weight
     */
    record Rows(int total, IntUnaryOperator of) {

        /** All of them, in order. */
        public static final Rows OWN = new Rows(0, IntUnaryOperator.identity());

        /** Those from {@code first} on. */
        public static Rows from(int first, int total) {
            return new Rows(total, row -> first + row);
        }
    }

    /**
     * Rows of a tensor of the file, or of several of the same shape, one below the other.
     *
     * @param names the tensors
     * @param rows which of all their rows
     * @param transposed whether the file keeps inputs first and outputs second; the rows must then follow one another
     * @param plus added to every value
     * @param shape the shape of each tensor, or null for that which the weight and the rows imply
     */
    record Stored(
            List<String> names,
            Rows rows,
            boolean transposed,
            float plus,
            @Nullable List<Integer> shape) implements Source {

        public Stored {
            names = List.copyOf(names);
        }

        /** The same from these rows. */
        public Stored rows(Rows its) {
            return new Stored(names, its, transposed, plus, shape);
        }

        /** The same with inputs first in the file. */
        public Stored transpose() {
            return new Stored(names, rows, true, plus, shape);
        }

        /** The same with this added. */
        public Stored plus(float value) {
            return new Stored(names, rows, transposed, value, shape);
        }

        /** The same with another shape in the file, of as many rows and the same columns. */
        public Stored shaped(List<Integer> its) {
            return new Stored(names, rows, transposed, plus, List.copyOf(its));
        }

        /** Several tensors, one below the other. */
        public static Stored stacked(List<String> names) {
            return new Stored(names, Rows.OWN, false, 0, null);
        }

        @Override
        public String name() {
            return names.getFirst();
        }

        @Override
        public ElementType require(TensorFile file, List<Integer> weight) throws InvalidContentException {
            List<Integer> each = new ArrayList<>(weight);
            each.set(0, rowsEach(weight.getFirst()));
            ElementType same = null;
            for (String name : names) {
                TensorInfo info = file.require(name, shape != null ? shape : transposed ? each.reversed() : each);
                ElementType its = info.type().same();
                same = same == null || same == its ? its : ElementType.F32;
            }
            return weight.size() == 1 || same == null ? ElementType.F32 : same;
        }

        private int rowsEach(int rowsOfWeight) {
            return (rows.total() == 0 ? rowsOfWeight : rows.total()) / names.size();
        }

        @Override
        public EncodedWeight encoded(TensorFile file, ElementType type, List<Integer> weight) {
            int columns = weight.getLast();
            if (weight.size() == 1) {
                return vector(file, type, columns);
            }
            int count = weight.getFirst();
            if (transposed) {
                int first = rows.of().applyAsInt(0);
                return ofRows(type, count, columns, new TransposedRows(file, name(), first, count, columns));
            }
            int each = rowsEach(count);
            if (plus == 0 && names.size() == 1) {
                return file.encoded(name(), type, rows.of());
            }
            if (plus == 0) {
                List<EncodedWeight> parts = names.stream()
                        .map(name -> file.encoded(name, type, IntUnaryOperator.identity()))
                        .toList();
                return new EncodedWeight(parts.getFirst().range(), (row, to, at) -> {
                    int from = rows.of().applyAsInt(row);
                    parts.get(from / each).rows().write(from % each, to, at);
                });
            }
            return ofRows(type, count, columns, (row, to) -> {
                int from = rows.of().applyAsInt(row);
                file.readRow(names.get(from / each), from % each, to);
            });
        }

        /** A vector, whose elements count as rows. */
        private EncodedWeight vector(TensorFile file, ElementType type, int length) {
            return ofRows(type, 1, length, (row, to) -> {
                if (rows.equals(Rows.OWN)) {
                    file.readPart(name(), 0, 0, to);
                    return;
                }
                float[] whole = file.values(name());
                for (int i = 0; i < length; i++) {
                    to[i] = whole[rows.of().applyAsInt(i)];
                }
            });
        }

        private EncodedWeight ofRows(ElementType type, int count, int columns, EncodedWeight.RowReader reader) {
            return EncodedWeight.ofRows(type, count, columns, (row, to) -> {
                reader.read(row, to);
                for (int i = 0; plus != 0 && i < to.length; i++) {
                    to[i] += plus;
                }
            });
        }
    }

    /**
     * Values that no file holds.
     *
     * @param values row by row
     */
    record Given(String name, float[] values) implements Source {

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public ElementType require(TensorFile file, List<Integer> shape) {
            return ElementType.F32;
        }

        @Override
        public EncodedWeight encoded(TensorFile file, ElementType type, List<Integer> shape) {
            return EncodedWeight.of(type, shape.getLast(), values);
        }
    }
}
