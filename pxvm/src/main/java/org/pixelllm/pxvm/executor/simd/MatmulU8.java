package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Affine bytes: {@code Σ x·(q·s + min) = s·Σ x·q + min·Σ x}, so that the bytes are used as they lie and the range is
 * applied once a row. Rows of w are taken one by one, as {@link MatmulF32} explains.
 */
final class MatmulU8 extends MatmulKernel {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** At least 8 bytes: a load may be wider than the lanes it feeds, and stays within the row's 64-byte stride. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    /** A constant: a species that is looked up in the loop keeps the conversion from being compiled to one. */
    private static final VectorSpecies<Integer> INTS = Lanes.FLOAT.withLanes(int.class);

    private final float scale;
    private final float min;
    private float[] sums = {}; // Σ x of each row // [n]

    MatmulU8(Instruction in, WeightTensor w, float[] bias, Workers workers) {
        super(in, w, bias, workers);
        this.scale = (w.range().max() - w.range().min()) / 255f;
        this.min = w.range().min();
    }

    @Override
    void prepare(float[] x, int n) {
        if (sums.length < n) {
            sums = new float[n];
        }
        for (int r = 0; r < n; r++) {
            double sum = 0;
            for (int i = 0; i < w.columns(); i++) {
                sum += x[r * w.columns() + i];
            }
            sums[r] = (float) sum;
        }
    }

    @Override
    void multiply(float[] x, int n, float[] y, int from, int to) {
        MemorySegment memory = w.pages().memory();
        long at = w.rowOffset(from);
        long stride = w.stride();
        int columns = w.columns();
        for (int o = from; o < to; o++, at += stride) {
            for (int r = 0; r < n; r++) {
                y[r * w.rows() + o] = finish(one(memory, at, x, r * columns, columns), r, o);
            }
        }
    }

    private float finish(float dot, int r, int o) {
        return Math.fma(scale, dot, min * sums[r]) + bias[o];
    }

    private static float one(MemorySegment memory, long at, float[] x, int xAt, int columns) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        int whole = Lanes.FLOAT.loopBound(columns);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            a = load(memory, at + i).fma(FloatVector.fromArray(Lanes.FLOAT, x, xAt + i), a);
        }
        return tail(Lanes.sum(a), memory, at, x, xAt, whole, columns);
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(BYTES, memory, at, LITTLE)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
                .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    }

    private static float tail(float start, MemorySegment memory, long at, float[] x, int xAt, int from, int columns) {
        float sum = start;
        for (int i = from; i < columns; i++) {
            sum = Math.fma(memory.get(ValueLayout.JAVA_BYTE, at + i) & 0xFF, x[xAt + i], sum);
        }
        return sum;
    }
}
