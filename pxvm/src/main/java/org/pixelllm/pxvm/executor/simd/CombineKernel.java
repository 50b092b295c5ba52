package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Program;

/** The weighted sum of what a row's experts gave. */
final class CombineKernel implements Kernel {

    private final Combine in;
    private final Arithmetic arithmetic;
    private final int k;
    private final int o;
    private final float[] weights; // [k]

    CombineKernel(Program program, Combine in, Arithmetic arithmetic) {
        this.in = in;
        this.arithmetic = arithmetic;
        this.k = program.tensor(in.route()).columns() / 2;
        this.o = program.tensor(in.result()).columns();
        this.weights = new float[k + Arithmetic.LANES];
    }

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.x()); // [r, k·o]
        float[] route = frame.values(in.route()); // [r, 2·k]
        float[] y = frame.values(in.result()); // [r, o]
        for (int r = 0; r < frame.rowsOf(in.result()); r++) {
            System.arraycopy(route, (2 * r + 1) * k, weights, 0, k);
            Arrays.fill(y, r * o, (r + 1) * o, 0);
            arithmetic.mix(weights, 0, k, x, r * k * o, o, o, y, r * o);
        }
    }
}
