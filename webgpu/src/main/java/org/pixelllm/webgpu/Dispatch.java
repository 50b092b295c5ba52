package org.pixelllm.webgpu;

import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Pipeline;

/**
 * One run of a kernel in a step, prepared once.
 *
 * @param pipeline the compiled kernel
 * @param group its memory
 * @param session which of a session's bind groups it takes; −1 where it runs once for all sessions
 * @param extent how many workgroups
 */
record Dispatch(Pipeline pipeline, BindGroup group, int session, Extent extent) {

    /** The {@code session} of a dispatch that runs once for all sessions. */
    static final int NONE = -1;

    /** How many workgroups a dispatch needs. */
    @FunctionalInterface
    interface Extent {
        /** In x, y and z; nothing is run where one is 0. */
        int[] of(Workload work);
    }
}
