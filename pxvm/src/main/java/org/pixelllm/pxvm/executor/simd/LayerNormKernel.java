package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Operation.LayerNorm;

/**
 * {@code y = (x − mean) / √(variance + ε) · gain + bias}
 *
 * @param gain // [d]
 * @param bias // [d]
 */
record LayerNormKernel(LayerNorm in, float[] gain, float[] bias, Arithmetic arithmetic) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.x()); // [n, d]
        float[] y = frame.values(in.result()); // [n, d]
        int length = frame.lengthOf(in.result());
        for (int from = 0; from < length; from += gain.length) {
            float mean = arithmetic.sum(x, from, gain.length) / gain.length;
            subtract(x, from, mean, y, gain.length);
            float squares = arithmetic.dot(y, from, y, from, gain.length);
            float factor = (float) (1 / Math.sqrt(squares / (double) gain.length + in.epsilon()));
            multiply(y, from, factor, gain, bias);
        }
    }

    private static void subtract(float[] x, int from, float mean, float[] y, int count) {
        for (int i = from; i < from + count; i++) {
            y[i] = x[i] - mean;
        }
    }

    private static void multiply(float[] y, int from, float factor, float[] gain, float[] bias) {
        for (int i = 0; i < gain.length; i++) {
            y[from + i] = y[from + i] * factor * gain[i] + bias[i];
        }
    }
}
