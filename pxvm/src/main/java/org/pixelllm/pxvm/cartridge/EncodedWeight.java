package org.pixelllm.pxvm.cartridge;

import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightCodec;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * A weight on its way into a cartridge, already in its type.
 *
 * @param range the tensor's range, where its type needs one
 * @param rows writes the bytes of one row
 * @param origin what its source calls it, for messages; may be empty
 */
public record EncodedWeight(Range range, RowWriter rows, String origin) {

    /** One whose source has no other name for it. */
    public EncodedWeight(Range range, RowWriter rows) {
        this(range, rows, "");
    }

    /** The same weight, called so in its source. */
    public EncodedWeight from(String name) {
        return new EncodedWeight(range, rows, name);
    }

    /** Writes the bytes of a row. It may be called for a row more than once. */
    public interface RowWriter {
        /** Writes the bytes of this row alone, unit after unit as {@link WeightCodec} has them, from {@code at} on. */
        void write(int row, byte[] to, int at);
    }

    /**
     * These values in a type.
     *
     * @param values row by row; not copied // [rows, columns]
     * @throws NotFiniteWeightException where a value is NaN or infinite
     */
    public static EncodedWeight of(ElementType type, int columns, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new NotFiniteWeightException("", i / columns, i % columns, values[i]);
            }
        }
        WeightCodec codec = type.codec();
        Range range = codec.range(values);
        float[] buffer = new float[columns];
        return new EncodedWeight(range, (row, to, at) -> {
            System.arraycopy(values, row * columns, buffer, 0, columns);
            codec.encode(buffer, range, to, at);
        });
    }

    /** Gives the values of a row. It may be called for a row more than once. */
    public interface RowReader {
        /** Fills {@code to} with the values of this row. // [columns] */
        void read(int row, float[] to);
    }

    /**
     * These rows in a type, read and encoded one at a time, so that a large tensor need not be in memory whole.
     *
     * @throws NotFiniteWeightException where a value is NaN or infinite: here where the type needs the range of all values,
     *     else when the row is written
     */
    public static EncodedWeight ofRows(ElementType type, int rows, int columns, RowReader reader) {
        WeightCodec codec = type.codec();
        float[] buffer = new float[columns];
        Range range = Range.NONE;
        if (codec.hasRange()) {
            for (int row = 0; row < rows; row++) {
                reader.read(row, buffer);
                NotFiniteWeightException.require(buffer, columns, "", row);
                Range its = codec.range(buffer);
                range = row == 0 ? its : range.with(its);
            }
        }
        Range all = range;
        return new EncodedWeight(all, (row, to, at) -> {
            reader.read(row, buffer);
            NotFiniteWeightException.require(buffer, columns, "", row);
            codec.encode(buffer, all, to, at);
        });
    }

    /**
     * A weight as it is, byte for byte.
     *
     * @param weight must stay open until this is written
     */
    public static EncodedWeight copyOf(WeightTensor weight) {
        return new EncodedWeight(weight.range(), weight::copyRow);
    }
}
