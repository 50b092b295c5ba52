package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** WGPUInstance: gives adapters, and delivers answers. */
public final class Instance extends Handle {

    private static final MethodHandle CREATE =
            NativeLibrary.function("wgpuCreateInstance", FunctionDescriptor.of(ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuInstanceRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle POLL =
            NativeLibrary.function("wgpuInstanceProcessEvents", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle REQUEST = NativeLibrary.function(
            "wgpuInstanceRequestAdapter", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, Layouts.CALLBACK_INFO));

    private static final int COMPATIBILITY = 1; // WGPUFeatureLevel_Compatibility
    private static final int CORE = 2; // WGPUFeatureLevel_Core
    private static final int HIGH_PERFORMANCE = 2; // WGPUPowerPreference_HighPerformance

    /** How often a wait polls before it begins to sleep between polls. */
    private static final int SPINS = 200;

    private static final long SLEEP_NANOSECONDS = 20_000;

    /** Polls until a wait gives up, after minutes. */
    private static final long MAX_POLLS = 10_000_000;

    private String refusal = "";

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

    /** The adapter of this backend, or null where there is none that computes; {@link #refusal} may say why. */
    public @Nullable Adapter request(Backend backend) {
        MemorySegment object;
        try (Arena arena = Arena.ofConfined();
                Answer answer = new Answer()) {
            MemorySegment options = NativeStruct.allocate(arena, Layouts.REQUEST_ADAPTER_OPTIONS)
                    .set("featureLevel", backend.isCompatibility() ? COMPATIBILITY : CORE)
                    .set("powerPreference", HIGH_PERFORMANCE)
                    .set("backendType", backend.code())
                    .memory();
            MemorySegment info = answer.callbackInfo(arena, Answer.Kind.OBJECT);
            long ignored = (long) REQUEST.invokeExact(address(), options, info);
            waitFor("an adapter", answer);
            object = answer.object();
            refusal = answer.message();
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
        if (object.equals(MemorySegment.NULL)) {
            return null;
        }
        Adapter found = new Adapter(object, this);
        try {
            // Dawn may answer a request that it cannot fulfil with a backend that computes nothing.
            if (found.info().backend() == backend) {
                return found;
            }
        } catch (RuntimeException | Error e) {
            found.close();
            throw e;
        }
        found.close();
        refusal = "Dawn offers a backend that computes nothing";
        return null;
    }

    /** Why the last request gave no adapter, in the library's words; empty where it does not say. */
    public String refusal() {
        return refusal;
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
    void waitFor(String what, Answer answer) {
        for (long polls = 0; !answer.hasArrived(); polls++) {
            poll();
            if (polls > SPINS) {
                LockSupport.parkNanos(SLEEP_NANOSECONDS);
            }
            if (polls > MAX_POLLS) {
                throw new GpuException("the GPU did not answer for minutes: " + what);
            }
        }
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        RELEASE.invokeExact(object);
    }
}
