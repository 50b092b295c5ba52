package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.simd.rows.WeightRows;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;

/**
 * {@code y[t]} = the row of a table that t's id or position names.
 *
 * @param byPosition whether it is the position
 */
record LookupKernel(WeightRows table, int result, boolean byPosition, Scratch own) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] y = frame.values(result); // [T, d]
        for (int t = 0; t < frame.tokens(); t++) {
            int row = byPosition ? frame.positionOf(t) : frame.ids()[t];
            table.values(row, y, t * table.columns(), own);
        }
    }
}
