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
 * applied once a row.
 */
final class MatmulU8 extends MatmulKernel {

    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    private final float scale;
    private float[] sums = {}; // Σ x of each row // [n]

    MatmulU8(Instruction in, WeightTensor w, float[] bias, Workers workers) {
        super(in, w, bias, workers);
        this.scale = (w.range().max() - w.range().min()) / 255f;
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
        for (int o = from; o < to; o++, at += w.stride()) {
            for (int r = 0; r < n; r++) {
                float dot = dot(memory, at, x, r * w.columns(), w.columns());
                y[r * w.rows() + o] = Math.fma(scale, dot, w.range().min() * sums[r]) + bias[o];
            }
        }
    }

    private static float dot(MemorySegment memory, long at, float[] x, int xAt, int columns) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        // A load may be wider than the lanes it feeds; the last one must stay within the row's 64-byte stride.
        int whole = Lanes.FLOAT.loopBound(columns);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector q = (FloatVector) ByteVector.fromMemorySegment(BYTES, memory, at + i, LITTLE)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.FLOAT.withLanes(int.class), 0)
                    .convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
            a = q.fma(FloatVector.fromArray(Lanes.FLOAT, x, xAt + i), a);
        }
        float sum = Lanes.sum(a);
        for (int i = whole; i < columns; i++) {
            sum = Math.fma(memory.get(ValueLayout.JAVA_BYTE, at + i) & 0xFF, x[xAt + i], sum);
        }
        return sum;
    }
}
