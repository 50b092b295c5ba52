package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.ErrorFunction;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.program.Instruction;

/**
 * Functions of one value that the Vector API offers in no fixed bits: plain loops over the library's exp and tanh,
 * which give the same result interpreted and compiled.
 */
record EachKernel(Instruction in, Function function) implements Kernel {

    /** A function of one value. */
    interface Function {
        float apply(float x);
    }

    static EachKernel gelu(Instruction in) {
        return new EachKernel(in, x -> (float) (x / 2 * (1 + ErrorFunction.erf(x / Math.sqrt(2)))));
    }

    static EachKernel geluTanh(Instruction in) {
        double factor = Math.sqrt(2 / Math.PI);
        return new EachKernel(in, x -> (float) (x / 2 * (1 + Math.tanh(factor * (x + 0.044715 * x * x * x)))));
    }

    static EachKernel scale(Instruction in) {
        float factor = in.real(0);
        return new EachKernel(in, x -> factor * x);
    }

    static EachKernel softcap(Instruction in) {
        float cap = in.real(0);
        return new EachKernel(in, x -> (float) (cap * Math.tanh(x / cap)));
    }

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.operand(0));
        float[] y = frame.values(in.result());
        int length = frame.lengthOf(in.result());
        for (int i = 0; i < length; i++) {
            y[i] = function.apply(x[i]);
        }
    }
}
