package org.pixelllm.forge.importer.assembly;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.forge.importer.tensor.TensorInfo;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Where a weight of a program is in a model file.
 *
 * @param name the tensor's name
 * @param part which of {@code parts} it is
 * @param parts how many weights of this shape the tensor holds, one after the other along the outputs
 * @param transposed whether the file keeps inputs first and outputs second
 * @param plus added to every value
 */
public record Source(String name, int part, int parts, boolean transposed, float plus) {

    /** A tensor of the weight's own, as it is. */
    static Source of(String name) {
        return new Source(name, 0, 1, false, 0);
    }

    Source part(int index, int count) {
        return new Source(name, index, count, transposed, plus);
    }

    public Source transpose() {
        return new Source(name, part, parts, true, plus);
    }

    public Source plus(float value) {
        return new Source(name, part, parts, transposed, value);
    }

    /** The tensor, which must have the shape that holds a weight of this shape. */
    TensorInfo require(TensorFile file, List<Integer> shape) throws InvalidContentException {
        List<Integer> whole = new ArrayList<>(shape);
        whole.set(0, Math.multiplyExact(shape.getFirst(), parts));
        return file.require(name, transposed ? whole.reversed() : whole);
    }

    /** The weight on its way into a cartridge; {@link #require} has passed. */
    EncodedWeight encoded(TensorFile file, ElementType type, List<Integer> shape) {
        int columns = shape.getLast();
        if (shape.size() == 1) {
            return ofRows(type, 1, columns, (row, to) -> file.readPart(name, 0, part * columns, to));
        }
        int rows = shape.getFirst();
        int first = part * rows;
        if (transposed) {
            TransposedRows turned = new TransposedRows(file, name, first, rows, columns);
            return ofRows(type, rows, columns, turned);
        }
        return plus == 0
                ? file.encoded(name, type, row -> first + row)
                : ofRows(type, rows, columns, (row, to) -> file.readRow(name, first + row, to));
    }

    private EncodedWeight ofRows(ElementType type, int rows, int columns, EncodedWeight.RowReader reader) {
        return EncodedWeight.ofRows(type, rows, columns, (row, to) -> {
            reader.read(row, to);
            for (int i = 0; plus != 0 && i < to.length; i++) {
                to[i] += plus;
            }
        });
    }
}
