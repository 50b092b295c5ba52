package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.ErrorFunction;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;

/**
 * Functions of one value that the Vector API offers in no fixed bits: plain loops over the library's exp and tanh,
 * which give the same result interpreted and compiled.
 */
record EachKernel(int from, int to, Function function) implements Kernel {

    /** A function of one value. */
    interface Function {
        float apply(float x);
    }

    static EachKernel gelu(Unary in) {
        return new EachKernel(in.x(), in.result(), x -> (float) (x / 2 * (1 + ErrorFunction.erf(x / Math.sqrt(2)))));
    }

    static EachKernel geluTanh(Unary in) {
        double factor = Math.sqrt(2 / Math.PI);
        return new EachKernel(in.x(), in.result(), x ->
                (float) (x / 2 * (1 + Math.tanh(factor * (x + 0.044715 * x * x * x)))));
    }

    static EachKernel scale(Scale in) {
        float factor = in.factor();
        return new EachKernel(in.x(), in.result(), x -> factor * x);
    }

    static EachKernel softcap(Softcap in) {
        float cap = in.cap();
        return new EachKernel(in.x(), in.result(), x -> (float) (cap * Math.tanh(x / cap)));
    }

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(from);
        float[] y = frame.values(to);
        int length = frame.lengthOf(to);
        for (int i = 0; i < length; i++) {
            y[i] = function.apply(x[i]);
        }
    }
}
