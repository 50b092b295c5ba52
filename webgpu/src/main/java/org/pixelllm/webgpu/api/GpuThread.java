package org.pixelllm.webgpu.api;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The one thread of this process that calls the library: on OpenGL ES, a device that another thread uses is lost.
 */
public final class GpuThread {

    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("webgpu").factory());

    private static final ThreadLocal<Boolean> IS_IT = ThreadLocal.withInitial(() -> false);

    private GpuThread() {}

    /** Runs work there and waits for it; an exception of the work is thrown here. */
    public static <T> T call(Supplier<T> work) {
        if (IS_IT.get()) {
            return work.get();
        }
        Future<T> answer = THREAD.submit(() -> {
            IS_IT.set(true);
            return work.get();
        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true; // The work on the GPU is finished first.
                }
            }
        } catch (ExecutionException e) {
            throw thrown(Objects.requireNonNull(e.getCause()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The same, for work without a result. */
    public static void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    private static RuntimeException thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    static void require() {
        if (!IS_IT.get()) {
            throw new IllegalStateException("WebGPU is called on its own thread only");
        }
    }
}
