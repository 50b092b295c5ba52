package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/** The structs of {@code webgpu.h} that are used here, member by member, under the names that they have there. */
final class Layouts {

    static final StructLayout STRING_VIEW = struct("WGPUStringView", ADDRESS.withName("data"), size("length"));

    /** The callback infos of all asynchronous functions: they differ in the type of the callback alone. */
    static final StructLayout CALLBACK_INFO = struct(
            "WGPUCallbackInfo",
            next(),
            number("mode"),
            pointer("callback"),
            pointer("userdata1"),
            pointer("userdata2"));

    static final StructLayout UNCAPTURED_ERROR_CALLBACK_INFO = struct(
            "WGPUUncapturedErrorCallbackInfo", next(), pointer("callback"), pointer("userdata1"), pointer("userdata2"));

    static final StructLayout REQUEST_ADAPTER_OPTIONS = struct(
            "WGPURequestAdapterOptions",
            next(),
            number("featureLevel"),
            number("powerPreference"),
            number("forceFallbackAdapter"),
            number("backendType"),
            pointer("compatibleSurface"));

    static final StructLayout ADAPTER_INFO = struct(
            "WGPUAdapterInfo",
            next(),
            text("vendor"),
            text("architecture"),
            text("device"),
            text("description"),
            number("backendType"),
            number("adapterType"),
            number("vendorID"),
            number("deviceID"),
            number("subgroupMinSize"),
            number("subgroupMaxSize"));

    /** Limits that are not used here follow those that are named; they grow from version to version. */
    static final StructLayout LIMITS = struct(
            "WGPULimits",
            next(),
            number("maxTextureDimension1D"),
            number("maxTextureDimension2D"),
            number("maxTextureDimension3D"),
            number("maxTextureArrayLayers"),
            number("maxBindGroups"),
            number("maxBindGroupsPlusVertexBuffers"),
            number("maxBindingsPerBindGroup"),
            number("maxDynamicUniformBuffersPerPipelineLayout"),
            number("maxDynamicStorageBuffersPerPipelineLayout"),
            number("maxSampledTexturesPerShaderStage"),
            number("maxSamplersPerShaderStage"),
            number("maxStorageBuffersPerShaderStage"),
            number("maxStorageTexturesPerShaderStage"),
            number("maxUniformBuffersPerShaderStage"),
            size("maxUniformBufferBindingSize"),
            size("maxStorageBufferBindingSize"),
            number("minUniformBufferOffsetAlignment"),
            number("minStorageBufferOffsetAlignment"),
            number("maxVertexBuffers"),
            size("maxBufferSize"),
            MemoryLayout.sequenceLayout(408, java.lang.foreign.ValueLayout.JAVA_BYTE)
                    .withName("others"));

    static final StructLayout DEVICE_DESCRIPTOR = struct(
            "WGPUDeviceDescriptor",
            next(),
            text("label"),
            size("requiredFeatureCount"),
            pointer("requiredFeatures"),
            pointer("requiredLimits"),
            struct("WGPUQueueDescriptor", next(), text("label")).withName("defaultQueue"),
            CALLBACK_INFO.withName("deviceLostCallbackInfo"),
            UNCAPTURED_ERROR_CALLBACK_INFO.withName("uncapturedErrorCallbackInfo"));

    static final StructLayout BUFFER_DESCRIPTOR = struct(
            "WGPUBufferDescriptor", next(), text("label"), size("usage"), size("size"), number("mappedAtCreation"));

    static final StructLayout BIND_GROUP_ENTRY = struct(
            "WGPUBindGroupEntry",
            next(),
            number("binding"),
            pointer("buffer"),
            size("offset"),
            size("size"),
            pointer("sampler"),
            pointer("textureView"));

    static final StructLayout BIND_GROUP_DESCRIPTOR = struct(
            "WGPUBindGroupDescriptor",
            next(),
            text("label"),
            pointer("layout"),
            size("entryCount"),
            pointer("entries"));

    static final StructLayout SHADER_SOURCE_WGSL = struct(
            "WGPUShaderSourceWGSL",
            struct("WGPUChainedStruct", next(), number("sType")).withName("chain"),
            text("code"));

    static final StructLayout SHADER_MODULE_DESCRIPTOR = struct("WGPUShaderModuleDescriptor", next(), text("label"));

    static final StructLayout COMPUTE_PIPELINE_DESCRIPTOR = struct(
            "WGPUComputePipelineDescriptor",
            next(),
            text("label"),
            pointer("layout"),
            struct(
                            "WGPUComputeState",
                            next(),
                            pointer("module"),
                            text("entryPoint"),
                            size("constantCount"),
                            pointer("constants"))
                    .withName("compute"));

    private Layouts() {}

    private static MemoryLayout next() {
        return pointer("nextInChain");
    }

    private static MemoryLayout pointer(String name) {
        return ADDRESS.withName(name);
    }

    /** A {@code uint32_t}, an enum or a {@code WGPUBool}. */
    private static MemoryLayout number(String name) {
        return JAVA_INT.withName(name);
    }

    /** A {@code uint64_t}, a {@code size_t} or flags. */
    private static MemoryLayout size(String name) {
        return JAVA_LONG.withName(name);
    }

    private static MemoryLayout text(String name) {
        return STRING_VIEW.withName(name);
    }

    /** A struct with the padding that C gives it. */
    private static StructLayout struct(String name, MemoryLayout... members) {
        List<MemoryLayout> padded = new ArrayList<>();
        long at = 0;
        long alignment = 1;
        for (MemoryLayout member : members) {
            at = pad(padded, at, member.byteAlignment());
            padded.add(member);
            at += member.byteSize();
            alignment = Math.max(alignment, member.byteAlignment());
        }
        pad(padded, at, alignment);
        return MemoryLayout.structLayout(padded.toArray(MemoryLayout[]::new)).withName(name);
    }

    private static long pad(List<MemoryLayout> members, long at, long alignment) {
        long next = Math.ceilDiv(at, alignment) * alignment;
        if (next > at) {
            members.add(MemoryLayout.paddingLayout(next - at));
        }
        return next;
    }
}
