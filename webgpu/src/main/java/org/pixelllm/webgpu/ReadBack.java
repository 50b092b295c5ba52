package org.pixelllm.webgpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.pixelllm.webgpu.api.Buffer;
import org.pixelllm.webgpu.api.Commands;
import org.pixelllm.webgpu.api.Device;

/** Reads values that a step does not return. */
final class ReadBack {

    private ReadBack() {}

    /** Floats, starting at a byte offset. */
    static float[] floats(Device device, Buffer from, long at, int count) {
        float[] values = new float[count];
        if (count == 0) {
            return values;
        }
        long bytes = 4L * count;
        try (Buffer copy = Buffer.create(device, Buffer.Use.READ_BACK, bytes)) {
            try (Commands commands = Commands.begin(device)) {
                commands.copy(from, at, copy, 0, bytes);
                commands.submit();
            }
            copy.read(bytes, segment -> MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, 0, values, 0, count));
        }
        return values;
    }
}
