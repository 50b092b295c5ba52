package org.pixelllm.webgpu.api;

/**
 * What an adapter can hold.
 *
 * @param binding bytes of one storage binding
 * @param buffer bytes of one buffer
 * @param storageBuffers storage bindings of one kernel
 * @param alignment bytes of which the offset of a binding is a multiple
 */
public record AdapterLimits(long binding, long buffer, int storageBuffers, int alignment) {

    /** The same with smaller bindings. */
    public AdapterLimits withBinding(long bytes) {
        return new AdapterLimits(bytes, buffer, storageBuffers, alignment);
    }

    /** The same with smaller buffers. */
    public AdapterLimits withBuffer(long bytes) {
        return new AdapterLimits(binding, bytes, storageBuffers, alignment);
    }
}
