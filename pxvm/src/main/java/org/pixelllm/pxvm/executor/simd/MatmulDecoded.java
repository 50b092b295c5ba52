package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Weights whose rows are longer than a page, or of a type without a kernel of its own: each row is decoded first, then
 * used for every row of x.
 */
final class MatmulDecoded extends MatmulKernel {

    MatmulDecoded(Instruction in, WeightTensor w, float[] bias, Workers workers) {
        super(in, w, bias, workers);
    }

    @Override
    void multiply(float[] x, int n, float[] y, int from, int to) {
        float[] row = new float[w.columns()];
        for (int o = from; o < to; o++) {
            w.decodeRow(o, row, 0);
            for (int r = 0; r < n; r++) {
                y[r * w.rows() + o] = dot(row, x, r * row.length) + bias[o];
            }
        }
    }

    private static float dot(float[] row, float[] x, int xAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        int whole = Lanes.FLOAT.loopBound(row.length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            a = FloatVector.fromArray(Lanes.FLOAT, row, i).fma(FloatVector.fromArray(Lanes.FLOAT, x, xAt + i), a);
        }
        float sum = Lanes.sum(a);
        for (int i = whole; i < row.length; i++) {
            sum = Math.fma(row[i], x[xAt + i], sum);
        }
        return sum;
    }
}
