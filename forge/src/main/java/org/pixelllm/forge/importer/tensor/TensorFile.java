package org.pixelllm.forge.importer.tensor;

import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * An open model file of another project: named tensors, used where they lie in the mapped file. Every place and size in
 * it was checked when it was opened. Close it when what was read from it is written.
 */
public sealed interface TensorFile extends AutoCloseable permits MappedTensors {

    /** The file's name as it was given. */
    String file();

    /** All tensors by name, in the file's order. */
    Map<String, TensorInfo> tensors();

    /**
     * The tensor with this name, whatever its shape.
     *
     * @throws InvalidContentException where there is none
     */
    TensorInfo require(String name) throws InvalidContentException;

    /**
     * The tensor with this name.
     *
     * @param shape the shape that the model must have here, slowest dimension first
     * @throws InvalidContentException where there is none, or it has another shape or a type that is not read
     */
    TensorInfo require(String name, List<Integer> shape) throws InvalidContentException;

    /**
     * Reads a row's values.
     *
     * @param to receives them, from index 0
     * @throws IllegalArgumentException where there is no such tensor or row
     */
    void readRow(String name, int row, float[] to);

    /**
     * Reads values of a row from a column on, as many as there is room for.
     *
     * @throws IllegalArgumentException where there is no such tensor, row or run of columns
     */
    void readPart(String name, int row, int column, float[] to);

    /**
     * All of a tensor's values, row by row.
     *
     * @throws IllegalArgumentException where there is no such tensor
     */
    float[] values(String name);

    /**
     * A tensor on its way into a cartridge. Where the type holds the very same values, as {@link StoredType#same} says,
     * its codes are carried over and nothing is rounded.
     *
     * @param rowOf which row of the file is row r of the weight
     * @throws IllegalArgumentException where there is no such tensor
     */
    EncodedWeight encoded(String name, ElementType type, IntUnaryOperator rowOf);

    /** As above, rows in the file's order. */
    default EncodedWeight encoded(String name, ElementType type) {
        return encoded(name, type, row -> row);
    }

    @Override
    void close();
}
