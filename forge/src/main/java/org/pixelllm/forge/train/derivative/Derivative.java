package org.pixelllm.forge.train.derivative;

/** One instruction over a batch. */
public interface Derivative {

    /** Computes the result's values. */
    void forward(Batch batch);

    /** Adds to the operands' gradients what the result's gradient gives them. */
    void backward(Batch batch);
}
