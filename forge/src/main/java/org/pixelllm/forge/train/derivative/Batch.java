package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.executor.Products;
import org.pixelllm.pxvm.program.Program;

/** The values and gradients of one batch, as the derivatives see them. */
public interface Batch {

    Program program();

    Products products();

    /** Windows in the batch. Each begins at position 0. */
    int sequences();

    /** Tokens of each window. */
    int length();

    /** Tokens over all windows; logits are asked for at every one, so T = R. */
    default int tokens() {
        return sequences() * length();
    }

    /** The token ids // [sequences, length] */
    int[] ids();

    /** A tensor's values, row by row. */
    float[] values(int id);

    /** The gradient of the loss with respect to {@link #values}. Derivatives add to it. */
    float[] gradient(int id);
}
