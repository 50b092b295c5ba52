package org.pixelllm.webgpu;

import java.util.ArrayDeque;
import java.util.Deque;
import org.pixelllm.webgpu.api.Handle;

/** Objects on the GPU that are closed together, the newest first. */
final class Resources implements AutoCloseable {

    private final Deque<Handle> open = new ArrayDeque<>();

    /** Takes over an object. */
    <T extends Handle> T add(T object) {
        open.push(object);
        return object;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
