package org.pixelllm.forge.train.derivative;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** The values and gradients of one batch, as the derivatives see them. */
public interface Batch {

    Program program();

    Arithmetic arithmetic();

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

    /** A tensor's values, row by row; the array may be longer. */
    float[] values(int id);

    /** The gradient of the loss with respect to {@link #values}; the array may be longer. */
    float[] gradient(int id);

    /**
     * Whether a tensor's gradient holds what other instructions gave it, to be added to; if not, the caller must write
     * all of it. From now on it holds something.
     */
    boolean holdsGradient(int id);

    /** Elements of a tensor in this batch. */
    default int elements(int id) {
        Tensor tensor = program().tensor(id);
        return tensor.role() == Role.WEIGHT ? Math.toIntExact(tensor.elements()) : tokens() * tensor.columns();
    }

    /** A weight as a right operand // [o, i] */
    Panels panels(int weight);

    /** A weight's transpose as a right operand // [i, o] */
    Panels transposedPanels(int weight);

    /** The elements that are left out at random where an instruction adds to its input. */
    Dropout dropout();

    /** Memory for the time of one instruction, of at least this many elements; its content is undefined. */
    float[] scratch(Scratch which, int elements);

    /** Memory for a right operand for the time of one instruction. */
    Panels scratchPanels(Scratch which);

    /** Pieces of {@link #scratch} that are used side by side. */
    enum Scratch {
        A,
        B,
        C,
        D
    }
}
