package org.pixelllm.forge.train.derivative;

import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.program.Operation.Rope;

/** A rotation's gradient is the gradient turned back. */
record RopeDerivative(Rope in, Rotation rotation) implements Derivative {

    RopeDerivative(Rope in) {
        this(in, Rotation.of(in));
    }

    @Override
    public void forward(Batch batch) {
        turn(batch, batch.values(in.x()), batch.values(in.result()), 1);
    }

    @Override
    public void backward(Batch batch) {
        float[] back = batch.scratch(Scratch.A, batch.elements(in.result()));
        turn(batch, batch.gradient(in.result()), back, -1);
        Sums.give(batch, in.x(), back);
    }

    private void turn(Batch batch, float[] from, float[] to, int direction) {
        int d = batch.program().tensor(in.result()).columns();
        for (int t = 0; t < batch.tokens(); t++) {
            rotation.turn(t % batch.length(), from, to, t * d, d, direction);
        }
    }
}
