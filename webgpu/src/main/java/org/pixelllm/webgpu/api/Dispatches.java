package org.pixelllm.webgpu.api;

import org.jspecify.annotations.Nullable;

/** Records runs of kernels, in order. */
@FunctionalInterface
public interface Dispatches {

    /**
     * Runs a kernel after those recorded before.
     *
     * @param session the kernel's group 1, where it has one
     * @param x workgroups in x; y and z likewise
     */
    void dispatch(Pipeline pipeline, BindGroup group, @Nullable BindGroup session, int x, int y, int z);
}
