package org.pixelllm.webgpu;

import java.util.List;
import org.pixelllm.pxvm.program.Instruction;

/**
 * A program as dispatches, prepared once.
 *
 * @param stages the instructions in order
 * @param sessionBindings the groups of a session's memory that dispatches name
 * @param bindGroups what the dispatches have bound
 */
record ProgramDispatches(List<Stage> stages, List<SessionBinding> sessionBindings, Resources bindGroups)
        implements AutoCloseable {

    /**
     * One instruction's dispatches, in order.
     *
     * @param single those for one row
     * @param several those for more: products take several rows in tiles
     */
    record Stage(Instruction instruction, List<Dispatch> single, List<Dispatch> several) {
        /** Those for this many rows. */
        List<Dispatch> of(int rows) {
            return rows == 1 ? single : several;
        }
    }

    /**
     * A kernel's group of a session's memory. Its place in the list is what a dispatch names.
     *
     * @param dispatch the one that it is for
     * @param states state tensors that it binds
     */
    record SessionBinding(Dispatch dispatch, List<Integer> states) {}

    @Override
    public void close() {
        bindGroups.close();
    }
}
