package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.ErrorFunction;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;

/** Functions of each value by itself. Plain loops where the compiler makes vectors of them, or where none would help. */
record EachKernel(int from, int to, Function function) implements Kernel {

    /** A function of each of the first values. */
    interface Function {
        void apply(float[] x, float[] y, int count);
    }

    static EachKernel relu(Unary in) {
        return new EachKernel(in.x(), in.result(), EachKernel::relu);
    }

    private static void relu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = Math.max(x[i], 0);
        }
    }

    static EachKernel silu(Unary in, Arithmetic arithmetic) {
        return new EachKernel(in.x(), in.result(), arithmetic::silu);
    }

    static EachKernel gelu(Unary in) {
        return new EachKernel(in.x(), in.result(), EachKernel::gelu);
    }

    private static void gelu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = (float) (x[i] / 2 * (1 + ErrorFunction.erf(x[i] / Math.sqrt(2))));
        }
    }

    static EachKernel geluTanh(Unary in, Arithmetic arithmetic) {
        return new EachKernel(in.x(), in.result(), arithmetic::geluTanh);
    }

    static EachKernel scale(Scale in) {
        float factor = in.factor();
        return new EachKernel(in.x(), in.result(), (x, y, count) -> scale(factor, x, y, count));
    }

    private static void scale(float factor, float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = factor * x[i];
        }
    }

    static EachKernel softcap(Softcap in, Arithmetic arithmetic) {
        float cap = in.cap();
        return new EachKernel(in.x(), in.result(), (x, y, count) -> arithmetic.softcap(x, y, count, cap));
    }

    @Override
    public void run(Frame frame) {
        function.apply(frame.values(from), frame.values(to), frame.lengthOf(to));
    }
}
