package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.program.Instruction;

/** Each position's gradient goes to its row of the table; every window begins at position 0. */
record PositionDerivative(Instruction in) implements Derivative {

    @Override
    public void forward(Batch batch) {
        float[] table = batch.values(in.operand(0)); // [c, d]
        float[] y = batch.values(in.result()); // [T, d]
        int window = batch.length() * batch.program().tensor(in.result()).columns();
        for (int at = 0; at < y.length; at += window) {
            System.arraycopy(table, 0, y, at, window);
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] dy = batch.gradient(in.result());
        float[] dTable = batch.gradient(in.operand(0));
        int window = batch.length() * batch.program().tensor(in.result()).columns();
        for (int at = 0; at < dy.length; at++) {
            dTable[at % window] += dy[at];
        }
    }
}
