package org.pixelllm.pxvm.executor.simd.rows;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Rows that are longer than a page, or that do not come out even in vectors: each is decoded before it is used. */
final class DecodedRows extends WeightRows {

    private final int padded;
    private final float[] all;

    DecodedRows(WeightTensor w) {
        super(w);
        this.all = w.decode();
        this.padded = Lanes.padded(columns);
    }

    @Override
    public void multiply(int row, float[] x, Scratch own, int at) {
        unpack(row, own.panel, 0, own);
        row(own.panel, x, own.lanes, at);
    }

    private void row(float[] row, float[] x, float[] to, int toAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int i = 0; i < whole; i += Lanes.PAIR) {
            a = FloatVector.fromArray(Lanes.FLOAT, row, i).fma(FloatVector.fromArray(Lanes.FLOAT, x, i), a);
            int j = i + Lanes.COUNT;
            a = FloatVector.fromArray(Lanes.FLOAT, row, j).fma(FloatVector.fromArray(Lanes.FLOAT, x, j), a);
        }
        if (whole < columns) {
            int second = whole + Lanes.COUNT;
            a = FloatVector.fromArray(Lanes.FLOAT, row, whole)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, x, whole, firstTail), a);
            a = FloatVector.fromArray(Lanes.FLOAT, row, second)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, x, second, secondTail), a);
        }
        a.intoArray(to, toAt);
    }

    @Override
    public void unpack(int row, float[] to, int at, Scratch own) {
        System.arraycopy(all, row * columns, to, at, columns);
        Arrays.fill(to, at + columns, at + padded, 0);
    }
}
