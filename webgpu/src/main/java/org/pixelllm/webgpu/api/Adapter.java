package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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

    /** Room for WGPULimits, which grow from version to version. */
    static final int LIMITS_BYTES = 512;

    private static final int INFO_BYTES = 256;

    private final Instance instance;

    Adapter(MemorySegment address, Instance instance) {
        super(address, "adapter");
        this.instance = instance;
    }

    Instance instance() {
        return instance;
    }

    /** What it says of itself. */
    public AdapterInfo info() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES);
            require((int) INFO.invokeExact(address(), info), "information");
            int code = info.get(JAVA_INT, 72);
            Backend backend = Arrays.stream(Backend.values())
                    .filter(each -> each.code() == code)
                    .findFirst()
                    .orElse(null);
            return new AdapterInfo(
                    Layouts.text(info, 40),
                    Layouts.text(info, 56),
                    backend,
                    AdapterInfo.Kind.ofCode(info.get(JAVA_INT, 76)));
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** What it can hold. */
    public AdapterLimits limits() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(LIMITS_BYTES, 8);
            write(limits);
            return new AdapterLimits(
                    limits.get(JAVA_LONG, 72),
                    limits.get(JAVA_LONG, 96),
                    limits.get(JAVA_INT, 52),
                    Math.max(limits.get(JAVA_INT, 80), limits.get(JAVA_INT, 84)));
        }
    }

    /** Its limits as the library lays them out. */
    void write(MemorySegment limits) {
        try {
            require((int) LIMITS.invokeExact(address(), limits), "limits");
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    private static void require(int status, String what) {
        if (status != Layouts.SUCCESS) {
            throw new GpuException("the adapter tells no " + what);
        }
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        RELEASE.invokeExact(object);
    }
}
