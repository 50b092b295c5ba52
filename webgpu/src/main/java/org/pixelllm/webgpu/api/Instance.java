package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** WGPUInstance: the entrance to adapters, and what delivers answers. */
public final class Instance extends Handle {

    private static final MethodHandle CREATE;
    private static final MethodHandle RELEASE;
    private static final MethodHandle POLL;
    private static final MethodHandle REQUEST;
    private static final MemorySegment GOT;

    private static MemorySegment adapter = MemorySegment.NULL;
    private static String words = "";
    private static boolean answered;

    /** How often a wait only looks again before it begins to sleep. */
    private static final int SPINS = 200;

    private static final long SLEEP_NANOSECONDS = 20_000;

    static {
        CREATE = NativeLibrary.function("wgpuCreateInstance", FunctionDescriptor.of(ADDRESS, ADDRESS));
        RELEASE = NativeLibrary.function("wgpuInstanceRelease", FunctionDescriptor.ofVoid(ADDRESS));
        POLL = NativeLibrary.function("wgpuInstanceProcessEvents", FunctionDescriptor.ofVoid(ADDRESS));
        REQUEST = NativeLibrary.function(
                "wgpuInstanceRequestAdapter", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, Layouts.CALLBACK));
        GOT = NativeLibrary.callback(
                MethodHandles.lookup(),
                "got",
                FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, Layouts.TEXT, ADDRESS, ADDRESS));
    }

    private Instance(MemorySegment address) {
        super(address, "instance");
    }

    /** Makes an instance of the library, which is open. */
    public static Instance create() {
        try {
            return new Instance((MemorySegment) CREATE.invokeExact(MemorySegment.NULL));
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** The adapter of this backend, or null where there is none that computes. */
    public @Nullable Adapter request(Backend backend) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(64);
            options.set(JAVA_INT, 8, backend.isCompatibility() ? 1 : 2);
            options.set(JAVA_INT, 12, 2); // high performance
            options.set(JAVA_INT, 20, backend.code());
            answered = false;
            adapter = MemorySegment.NULL;
            long ignored = (long) REQUEST.invokeExact(address(), options, Layouts.callback(arena, GOT));
            waitFor("an adapter", () -> answered);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
        if (adapter.equals(MemorySegment.NULL)) {
            return null;
        }
        Adapter found = new Adapter(adapter, this);
        // Dawn's answer to an unmet wish may be a backend that computes nothing.
        if (found.info().backend() == backend) {
            return found;
        }
        found.close();
        return null;
    }

    /** What the library said of the last request that it refused. */
    public String refusal() {
        return words;
    }

    @SuppressWarnings("unused") // called by the library
    private static void got(int status, MemorySegment found, MemorySegment text, MemorySegment a, MemorySegment b) {
        try {
            adapter = status == Layouts.SUCCESS ? found : MemorySegment.NULL;
            words = Layouts.text(text, 0);
        } catch (RuntimeException e) {
            words = String.valueOf(e);
        } finally {
            answered = true;
        }
    }

    /** Lets the library deliver its answers. */
    void poll() {
        try {
            POLL.invokeExact(address());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** Polls until an answer is there. */
    void waitFor(String what, BooleanSupplier there) {
        for (long looks = 0; !there.getAsBoolean(); looks++) {
            poll();
            if (looks > SPINS) {
                java.util.concurrent.locks.LockSupport.parkNanos(SLEEP_NANOSECONDS);
            }
            if (looks > MOST_LOOKS) {
                throw new GpuException("the GPU did not answer for minutes: " + what);
            }
        }
    }

    private static final long MOST_LOOKS = 10_000_000;

    @Override
    void release(MemorySegment object) throws Throwable {
        RELEASE.invokeExact(object);
    }
}
