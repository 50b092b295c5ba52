package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;

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

    private static final int WGSL = 2; // WGPUSType_ShaderSourceWGSL
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
     * @throws GpuException with the compiler's message, line and column
     */
    public static Pipeline create(Device device, String name, String text) {
        return device.make("the kernel " + name, () -> {
            try (Arena arena = Arena.ofConfined()) {
                NativeStruct source = NativeStruct.allocate(arena, Layouts.SHADER_SOURCE_WGSL)
                        .set("chain.sType", WGSL)
                        .set(arena, "code", text);
                MemorySegment moduleDescriptor = NativeStruct.allocate(arena, Layouts.SHADER_MODULE_DESCRIPTOR)
                        .set("nextInChain", source.memory())
                        .memory();
                MemorySegment module = (MemorySegment) MODULE.invokeExact(device.address(), moduleDescriptor);
                if (module.equals(MemorySegment.NULL)) {
                    throw new GpuException("the GPU gave no shader module");
                }
                try {
                    MemorySegment descriptor = NativeStruct.allocate(arena, Layouts.COMPUTE_PIPELINE_DESCRIPTOR)
                            .set("compute.module", module)
                            .set(arena, "compute.entryPoint", ENTRY)
                            .memory();
                    return new Pipeline((MemorySegment) CREATE.invokeExact(device.address(), descriptor), text);
                } finally {
                    RELEASE_MODULE.invokeExact(module);
                }
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
