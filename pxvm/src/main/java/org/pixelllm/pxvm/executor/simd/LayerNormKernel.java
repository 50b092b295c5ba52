package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.simd.vector.Dots;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.program.Operation.LayerNorm;

/**
 * {@code y = (x − mean) / √(variance + ε) · gain + bias}
 *
 * @param gain // [d]
 * @param bias // [d]
 */
record LayerNormKernel(LayerNorm in, float[] gain, float[] bias, Scratch own) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.x()); // [n, d]
        float[] y = frame.values(in.result()); // [n, d]
        int length = frame.lengthOf(in.result());
        for (int from = 0; from < length; from += gain.length) {
            double sum = 0;
            for (int i = 0; i < gain.length; i++) {
                sum += x[from + i];
            }
            float mean = (float) (sum / gain.length);
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = x[from + i] - mean;
            }
            float squares = Dots.dot(y, from, y, from, gain.length, own.lanes);
            float factor = (float) (1 / Math.sqrt(squares / (double) gain.length + in.epsilon()));
            for (int i = 0; i < gain.length; i++) {
                y[from + i] = y[from + i] * factor * gain[i] + bias[i];
            }
        }
    }
}
