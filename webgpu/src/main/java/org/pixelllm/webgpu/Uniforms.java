package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.kernel.Slot;
import org.pixelllm.webgpu.kernel.Struct;

/** Structs that kernels are given once, many in a buffer. */
final class Uniforms {

    private static final int PER_BUFFER = 128;

    /** Room for each struct: 16 words. */
    private static final int BYTES = 64;

    private final Device device;
    private final Resources owner;
    private final int pitch;
    private @Nullable Buffer buffer;
    private int used;

    /** @param owner takes over the buffers */
    Uniforms(Device device, Resources owner) {
        this.device = device;
        this.owner = owner;
        this.pitch = Math.max(BYTES, device.limits().alignment());
    }

    /** Keeps a struct for a kernel. */
    BindGroup.Entry add(Slot slot, Struct value) {
        int[] words = value.words();
        Buffer to = buffer;
        if (to == null || used == PER_BUFFER) {
            to = owner.add(Buffer.create(device, Buffer.Use.UNIFORM, (long) PER_BUFFER * pitch));
            buffer = to;
            used = 0;
        }
        long at = (long) used++ * pitch;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BYTES, 4);
            MemorySegment.copy(words, 0, bytes, ValueLayout.JAVA_INT, 0, words.length);
            device.queue().write(to, at, bytes, BYTES);
        }
        return new BindGroup.Entry(slot.number(), to, at, BYTES);
    }
}
