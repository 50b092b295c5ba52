package org.pixelllm.forge.train.derivative;

import java.util.function.DoubleUnaryOperator;
import org.pixelllm.pxvm.executor.ErrorFunction;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;

/**
 * A function of each value by itself, with its slope.
 *
 * @param function y of x
 * @param slope dy/dx of x
 */
record EachDerivative(int from, int to, DoubleUnaryOperator function, DoubleUnaryOperator slope) implements Derivative {

    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    static EachDerivative relu(Unary in) {
        return new EachDerivative(in.x(), in.result(), x -> Math.max(x, 0), x -> x > 0 ? 1 : 0);
    }

    static EachDerivative gelu(Unary in) {
        return new EachDerivative(
                in.x(),
                in.result(),
                x -> x * below(x),
                x -> below(x) + x * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
    }

    static EachDerivative geluTanh(Unary in) {
        return new EachDerivative(in.x(), in.result(), x -> x / 2 * (1 + StrictMath.tanh(inner(x))), x -> {
            double t = StrictMath.tanh(inner(x));
            return (1 + t) / 2 + x / 2 * (1 - t * t) * ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x);
        });
    }

    static EachDerivative scale(Scale in) {
        float factor = in.factor();
        return new EachDerivative(in.x(), in.result(), x -> factor * x, x -> factor);
    }

    static EachDerivative softcap(Softcap in) {
        float cap = in.cap();
        return new EachDerivative(
                in.x(), in.result(), x -> cap * StrictMath.tanh(x / cap), x -> 1 - square(StrictMath.tanh(x / cap)));
    }

    /** The share of a normal distribution below x. */
    private static double below(double x) {
        return (1 + ErrorFunction.erf(x / Math.sqrt(2))) / 2;
    }

    private static double inner(double x) {
        return ROOT_2_OVER_PI * (x + CUBIC * x * x * x);
    }

    private static double square(double x) {
        return x * x;
    }

    @Override
    public void forward(Batch batch) {
        float[] x = batch.values(from);
        float[] y = batch.values(to);
        for (int i = 0; i < batch.elements(to); i++) {
            y[i] = (float) function.applyAsDouble(x[i]);
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] x = batch.values(from);
        float[] dy = batch.gradient(to);
        float[] dx = Sums.begun(batch, from);
        for (int i = 0; i < batch.elements(to); i++) {
            dx[i] += (float) (dy[i] * slope.applyAsDouble(x[i]));
        }
    }
}
