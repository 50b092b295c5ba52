package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** WGPUAdapter: one GPU through one backend. */
public final class Adapter extends Handle {

    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuAdapterRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle INFO =
            NativeLibrary.function("wgpuAdapterGetInfo", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle LIMITS =
            NativeLibrary.function("wgpuAdapterGetLimits", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private final Instance instance;

    Adapter(MemorySegment address, Instance instance) {
        super(address, "adapter");
        this.instance = instance;
    }

    Instance instance() {
        return instance;
    }

    /** What it reports about itself. */
    public AdapterInfo info() {
        try (Arena arena = Arena.ofConfined()) {
            NativeStruct info = NativeStruct.allocate(arena, Layouts.ADAPTER_INFO);
            require((int) INFO.invokeExact(address(), info.memory()), "information");
            int code = info.getInt("backendType");
            Backend backend = Arrays.stream(Backend.values())
                    .filter(each -> each.code() == code)
                    .findFirst()
                    .orElse(null);
            return new AdapterInfo(
                    info.getText("device"),
                    info.getText("description"),
                    backend,
                    AdapterInfo.Kind.ofCode(info.getInt("adapterType")));
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** What it can hold. */
    public AdapterLimits limits() {
        try (Arena arena = Arena.ofConfined()) {
            NativeStruct limits = nativeLimits(arena);
            return new AdapterLimits(
                    limits.getLong("maxStorageBufferBindingSize"),
                    limits.getLong("maxBufferSize"),
                    limits.getInt("maxStorageBuffersPerShaderStage"),
                    Math.max(
                            limits.getInt("minUniformBufferOffsetAlignment"),
                            limits.getInt("minStorageBufferOffsetAlignment")));
        }
    }

    /** Its limits as the library lays them out. */
    NativeStruct nativeLimits(Arena arena) {
        NativeStruct limits = NativeStruct.allocate(arena, Layouts.LIMITS);
        try {
            require((int) LIMITS.invokeExact(address(), limits.memory()), "limits");
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
        return limits;
    }

    private static void require(int status, String what) {
        if (status != Answer.SUCCESS) {
            throw new GpuException("the adapter does not report its " + what);
        }
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        RELEASE.invokeExact(object);
    }
}
