package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** WGPUComputePipeline: a kernel, compiled, with the layouts of its groups as its text declares them. */
public final class Pipeline extends Handle {

    private static final MethodHandle MODULE =
            NativeLibrary.function("wgpuDeviceCreateShaderModule", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE_MODULE =
            NativeLibrary.function("wgpuShaderModuleRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle CREATE =
            NativeLibrary.function("wgpuDeviceCreateComputePipeline", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuComputePipelineRelease", FunctionDescriptor.ofVoid(ADDRESS));

    private static final int WGSL = 2;
    private static final String ENTRY = "main";

    private final String text;

    private Pipeline(MemorySegment address, String text) {
        super(address, "pipeline");
        this.text = text;
    }

    /** What was compiled. */
    public String text() {
        return text;
    }

    /**
     * Compiles a kernel, whose entry point is {@code main}.
     *
     * @param name for messages
     * @throws GpuException with the compiler's words, line and column
     */
    public static Pipeline create(Device device, String name, String text) {
        return device.make("the kernel " + name, () -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment source = arena.allocate(32, 8);
                source.set(JAVA_INT, 8, WGSL);
                Layouts.text(arena, source, 16, text);
                MemorySegment wantedModule = arena.allocate(24, 8);
                wantedModule.set(ADDRESS, 0, source);
                MemorySegment module = (MemorySegment) MODULE.invokeExact(device.address(), wantedModule);
                if (module.equals(MemorySegment.NULL)) {
                    throw new GpuException("the GPU gave no shader module");
                }
                MemorySegment wanted = arena.allocate(80, 8);
                wanted.set(ADDRESS, 40, module);
                Layouts.text(arena, wanted, 48, ENTRY);
                MemorySegment made = (MemorySegment) CREATE.invokeExact(device.address(), wanted);
                RELEASE_MODULE.invokeExact(module);
                return new Pipeline(made, text);
            } catch (Throwable e) {
                throw NativeLibrary.failed(e);
            }
        });
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        RELEASE.invokeExact(object);
    }
}
