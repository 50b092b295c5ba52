package org.pixelllm.forge.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.derivative.Batch;
import org.pixelllm.forge.train.derivative.Derivative;
import org.pixelllm.forge.train.derivative.Derivatives;
import org.pixelllm.pxvm.executor.Products;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/**
 * One program over one batch: all values of a forward pass are kept, and the same list of instructions walked backwards
 * gives the gradient of every weight (reverse-mode differentiation). Arrays are made once.
 */
public final class Tape implements Batch {

    private final Program program;
    private final Products products;
    private final int sequences;
    private final int length;
    private final float[] @Nullable [] values; // by tensor id
    private final float[] @Nullable [] gradients; // by tensor id
    private final int[] ids; // [sequences, length]
    private final List<Derivative> derivatives = new ArrayList<>();

    /**
     * Takes the memory for a batch.
     *
     * @param sequences windows, each from position 0
     * @param length tokens of each; logits are asked for at every one
     */
    public Tape(Program program, Products products, int sequences, int length) {
        this.program = program;
        this.products = products;
        this.sequences = sequences;
        this.length = length;
        this.ids = new int[sequences * length];
        int count = program.tensors().size();
        this.values = new float[count][];
        this.gradients = new float[count][];
        for (int id = 0; id < count; id++) {
            Tensor tensor = program.tensor(id);
            if (tensor.role() != Role.INPUT && tensor.role() != Role.STATE) {
                int elements = tensor.role() == Role.WEIGHT
                        ? Math.toIntExact(tensor.elements())
                        : Math.multiplyExact(tokens(), tensor.columns());
                values[id] = new float[elements];
                gradients[id] = new float[elements];
            }
        }
        for (Instruction instruction : program.instructions()) {
            derivatives.add(Derivatives.of(instruction));
        }
    }

    /** Computes the logits // [sequences · length, vocabulary] */
    public float[] forward() {
        for (Derivative derivative : derivatives) {
            derivative.forward(this);
        }
        return values(program.output());
    }

    /** Computes the gradients of all weights from that of the logits, which stands in {@link #gradient}. */
    public void backward() {
        for (int id = 0; id < gradients.length; id++) {
            float[] gradient = gradients[id];
            if (gradient != null && id != program.output()) {
                Arrays.fill(gradient, 0);
            }
        }
        for (Derivative derivative : derivatives.reversed()) {
            derivative.backward(this);
        }
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public Products products() {
        return products;
    }

    @Override
    public int sequences() {
        return sequences;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int[] ids() {
        return ids;
    }

    @Override
    public float[] values(int id) {
        return present(values[id], id);
    }

    @Override
    public float[] gradient(int id) {
        return present(gradients[id], id);
    }

    private float[] present(float @Nullable [] array, int id) {
        if (array == null) {
            throw new IllegalArgumentException(program.tensor(id) + " has no values on a tape");
        }
        return array;
    }
}
