package org.pixelllm.pxvm.cartridge;

import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightCodec;

/**
 * A weight on its way into a cartridge, already in its type.
 *
 * @param range the tensor's range, where its type needs one
 * @param rows writes the bytes of one row
 */
public record EncodedWeight(Range range, RowWriter rows) {

    /** Writes the bytes of a row. It may be asked for a row more than once. */
    public interface RowWriter {
        void write(int row, byte[] to, int at);
    }

    /**
     * These values in a type.
     *
     * @param values row by row; not copied // [rows, columns]
     */
    public static EncodedWeight of(ElementType type, int columns, float[] values) {
        WeightCodec codec = type.codec();
        Range range = codec.range(values);
        float[] buffer = new float[columns];
        return new EncodedWeight(range, (row, to, at) -> {
            System.arraycopy(values, row * columns, buffer, 0, columns);
            codec.encode(buffer, range, to, at);
        });
    }
}
