package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.executor.Rotation;
import org.pixelllm.pxvm.program.Instruction;

/** A rotation's gradient is the gradient turned back. */
record RopeDerivative(Instruction in, Rotation rotation) implements Derivative {

    RopeDerivative(Instruction in) {
        this(in, Rotation.of(in));
    }

    @Override
    public void forward(Batch batch) {
        turn(batch, batch.values(in.operand(0)), batch.values(in.result()), 1);
    }

    @Override
    public void backward(Batch batch) {
        float[] dy = batch.gradient(in.result());
        float[] back = new float[dy.length];
        turn(batch, dy, back, -1);
        Sums.add(back, batch.gradient(in.operand(0)));
    }

    private void turn(Batch batch, float[] from, float[] to, int direction) {
        int d = batch.program().tensor(in.result()).columns();
        for (int t = 0; t < batch.tokens(); t++) {
            rotation.turn(t % batch.length(), from, to, t * d, d, direction);
        }
    }
}
