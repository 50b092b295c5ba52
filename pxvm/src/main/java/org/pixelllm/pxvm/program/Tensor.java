package org.pixelllm.pxvm.program;

import java.util.List;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;

/**
 * A tensor as a program declares it; it holds no values.
 *
 * @param name a letter or underscore, then letters, digits, dots and underscores; at most {@link Limits#NAME_BYTES}
 * @param role what it is for
 * @param type how its elements are kept
 * @param shape one to four dimensions, slowest first
 */
public record Tensor(String name, Role role, ElementType type, List<Dim> shape) {

    public Tensor {
        shape = List.copyOf(shape);
    }

    /** The last dimension's size: the length of one row. Always fixed, except for the input. */
    public int columns() {
        return shape.getLast().size();
    }

    /** The product of all dimensions but the last; fixed shapes only. */
    public int rows() {
        long rows = 1;
        for (int i = 0; i < shape.size() - 1; i++) {
            rows *= shape.get(i).size();
        }
        return Math.toIntExact(rows);
    }

    /** Number of elements; fixed shapes only. */
    public long elements() {
        return (long) rows() * columns();
    }

    /** How the rows of a weight lie side by side: those of a vector, of one dimension, do not. */
    public Groups groups() {
        int lines = shape.size() > 1 ? Groups.MATRIX : Groups.VECTOR;
        return new Groups(type, rows(), columns(), lines);
    }

    @Override
    public String toString() {
        return role.word() + " " + name + " " + type.word() + " " + shape;
    }
}
