package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.webgpu.api.BindGroup;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Device;

/** Small numbers that kernels are given once, many to a buffer. */
final class Uniforms implements AutoCloseable {

    private static final int SLOTS = 128;

    /** Room for each one's numbers: 16 words. */
    private static final int BYTES = 64;

    private final Device device;
    private final int pitch;
    private final List<Buffer> buffers = new ArrayList<>();
    private int used = SLOTS;

    Uniforms(Device device) {
        this.device = device;
        this.pitch = Math.max(BYTES, device.limits().alignment());
    }

    /** Keeps numbers for a kernel's binding. */
    BindGroup.Entry add(int binding, int... words) {
        if (used == SLOTS) {
            buffers.add(Buffer.create(device, Buffer.Use.UNIFORM, (long) SLOTS * pitch));
            used = 0;
        }
        long at = (long) used++ * pitch;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(BYTES, 4);
            MemorySegment.copy(words, 0, numbers, ValueLayout.JAVA_INT, 0, words.length);
            device.queue().write(buffers.getLast(), at, numbers, BYTES);
        }
        return new BindGroup.Entry(binding, buffers.getLast(), at, BYTES);
    }

    @Override
    public void close() {
        buffers.forEach(Buffer::close);
        buffers.clear();
    }
}
