package org.pixelllm.forge.train.derivative;

import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.program.Operation.Rope;

/** A rotation's gradient is the gradient turned back. Factors say what the model is, and are not trained. */
final class RopeDerivative implements Derivative {

    private static final float[] NO_FACTORS = {};

    private final Rope in;
    private @Nullable Rotation rotation;

    RopeDerivative(Rope in) {
        this.in = in;
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
        Rotation turns = rotation;
        if (turns == null) {
            turns = Rotation.of(in, in.hasFactors() ? batch.values(in.factors()) : NO_FACTORS);
            rotation = turns;
        }
        int d = batch.program().tensor(in.result()).columns();
        for (int t = 0; t < batch.tokens(); t++) {
            turns.turn(t % batch.length(), from, to, t * d, d, direction);
        }
    }
}
