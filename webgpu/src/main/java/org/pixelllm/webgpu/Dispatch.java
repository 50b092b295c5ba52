package org.pixelllm.webgpu;

import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Pipeline;

/**
 * One run of a kernel in a step, made once.
 *
 * @param pipeline the kernel
 * @param group its memory
 * @param session which of a session's bind groups it takes; −1 where it runs once for all sessions
 * @param extent how many workgroups
 */
record Dispatch(Pipeline pipeline, BindGroup group, int session, Extent extent) {

    /** The most workgroups in one dimension. */
    static final int MOST = 65_535;

    /** Stands for a dispatch that runs once for all sessions. */
    static final int NONE = -1;

    /** How many workgroups a dispatch needs. */
    @FunctionalInterface
    interface Extent {
        /** In x, y and z; nothing is run where one is 0. */
        int[] of(Reach reach);
    }

    /** So many threads or more, in workgroups of this size, spread over x and y. */
    static int[] flat(long threads, int size) {
        long groups = Math.ceilDiv(threads, (long) size);
        if (groups == 0) {
            return new int[] {0, 0, 0};
        }
        long y = Math.ceilDiv(groups, (long) MOST);
        return new int[] {(int) Math.ceilDiv(groups, y), (int) y, 1};
    }
}
