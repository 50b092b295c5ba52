package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** WGPUBindGroup: the memory that a kernel's bindings refer to. */
public final class BindGroup extends Handle {

    private static final MethodHandle LAYOUT = NativeLibrary.function(
            "wgpuComputePipelineGetBindGroupLayout", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle RELEASE_LAYOUT =
            NativeLibrary.function("wgpuBindGroupLayoutRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle CREATE =
            NativeLibrary.function("wgpuDeviceCreateBindGroup", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuBindGroupRelease", FunctionDescriptor.ofVoid(ADDRESS));

    /**
     * One binding.
     *
     * @param binding its number
     * @param buffer where its memory is
     * @param offset the first byte
     * @param size bytes
     */
    public record Entry(int binding, Buffer buffer, long offset, long size) {}

    private final Device device;
    private final List<Entry> entries;

    private BindGroup(MemorySegment address, Device device, List<Entry> entries) {
        super(address, "bind group");
        this.device = device;
        this.entries = List.copyOf(entries);
        device.countBindGroups(1);
    }

    /** Its bindings. */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Binds memory to a group of a kernel.
     *
     * @param group which of the kernel's groups
     * @param entries all bindings of the group
     */
    public static BindGroup create(Device device, Pipeline pipeline, int group, List<Entry> entries) {
        return device.make("binding group " + group, () -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment list = arena.allocate(Layouts.BIND_GROUP_ENTRY, entries.size());
                for (int i = 0; i < entries.size(); i++) {
                    write(entries.get(i), list.asSlice(i * Layouts.BIND_GROUP_ENTRY.byteSize()));
                }
                MemorySegment layout = (MemorySegment) LAYOUT.invokeExact(pipeline.address(), group);
                if (layout.equals(MemorySegment.NULL)) {
                    throw new GpuException("the kernel has no group " + group);
                }
                try {
                    MemorySegment descriptor = NativeStruct.allocate(arena, Layouts.BIND_GROUP_DESCRIPTOR)
                            .set("layout", layout)
                            .set("entryCount", (long) entries.size())
                            .set("entries", list)
                            .memory();
                    MemorySegment made = (MemorySegment) CREATE.invokeExact(device.address(), descriptor);
                    return new BindGroup(made, device, entries);
                } finally {
                    RELEASE_LAYOUT.invokeExact(layout);
                }
            } catch (Throwable e) {
                throw NativeLibrary.failed(e);
            }
        });
    }

    private static void write(Entry entry, MemorySegment to) {
        new NativeStruct(Layouts.BIND_GROUP_ENTRY, to)
                .set("binding", entry.binding())
                .set("buffer", entry.buffer().address())
                .set("offset", entry.offset())
                .set("size", entry.size());
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        device.countBindGroups(-1);
        RELEASE.invokeExact(object);
    }
}
