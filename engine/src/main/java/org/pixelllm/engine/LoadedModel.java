package org.pixelllm.engine;

import org.pixelllm.pxvm.executor.Machine;

/**
 * A program on an executor of its own.
 *
 * @param chosen the executor, and why it was chosen
 * @param machine the program, ready to run
 */
public record LoadedModel(ChosenExecutor chosen, Machine machine) implements AutoCloseable {

    /** Closes the executor, and the machine with it. */
    @Override
    public void close() {
        machine.close();
        chosen.executor().close();
    }
}
