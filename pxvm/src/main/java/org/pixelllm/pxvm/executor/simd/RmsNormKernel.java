package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Operation.RmsNorm;

/**
 * {@code y = x / √(mean(x²) + ε) · gain} over runs as long as the gain.
 *
 * @param gain // [g]
 */
record RmsNormKernel(RmsNorm in, float[] gain, Arithmetic arithmetic) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.x()); // [n, d]
        float[] y = frame.values(in.result()); // [n, d]
        int length = frame.lengthOf(in.result());
        for (int from = 0; from < length; from += gain.length) {
            float squares = arithmetic.dot(x, from, x, from, gain.length);
            float factor = (float) (1 / Math.sqrt(squares / (double) gain.length + in.epsilon()));
            multiply(x, from, factor, gain, y);
        }
    }

    private static void multiply(float[] x, int from, float factor, float[] gain, float[] y) {
        for (int i = 0; i < gain.length; i++) {
            y[from + i] = x[from + i] * factor * gain[i];
        }
    }
}
