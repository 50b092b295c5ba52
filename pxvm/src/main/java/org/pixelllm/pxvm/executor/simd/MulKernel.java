package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Operation.Binary;

/** {@code y = a · b}, in a loop that the compiler makes vectors of. */
record MulKernel(Binary in) implements Kernel {

    @Override
    public void run(Frame frame) {
        mul(frame.values(in.a()), frame.values(in.b()), frame.values(in.result()), frame.lengthOf(in.result()));
    }

    private static void mul(float[] a, float[] b, float[] y, int length) {
        for (int i = 0; i < length; i++) {
            y[i] = a[i] * b[i];
        }
    }
}
