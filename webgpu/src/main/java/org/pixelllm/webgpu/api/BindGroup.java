package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** WGPUBindGroup: which memory a kernel's names stand for. */
public final class BindGroup extends Handle {

    private static final MethodHandle LAYOUT = NativeLibrary.function(
            "wgpuComputePipelineGetBindGroupLayout", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle RELEASE_LAYOUT =
            NativeLibrary.function("wgpuBindGroupLayoutRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle CREATE =
            NativeLibrary.function("wgpuDeviceCreateBindGroup", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuBindGroupRelease", FunctionDescriptor.ofVoid(ADDRESS));

    private static final int ENTRY_BYTES = 56;

    /**
     * One name.
     *
     * @param binding its number
     * @param buffer where its memory is
     * @param offset the first byte
     * @param size bytes
     */
    public record Entry(int binding, Buffer buffer, long offset, long size) {}

    private final List<Entry> entries;

    private BindGroup(MemorySegment address, List<Entry> entries) {
        super(address, "bind group");
        this.entries = List.copyOf(entries);
    }

    /** Its names. */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Binds.
     *
     * @param group which of the kernel's groups
     * @param entries all of its names
     */
    public static BindGroup create(Device device, Pipeline pipeline, int group, List<Entry> entries) {
        return device.make("binding group " + group, () -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment list = arena.allocate((long) ENTRY_BYTES * entries.size(), 8);
                for (int i = 0; i < entries.size(); i++) {
                    Entry entry = entries.get(i);
                    long at = (long) ENTRY_BYTES * i;
                    list.set(JAVA_INT, at + 8, entry.binding());
                    list.set(ADDRESS, at + 16, entry.buffer().address());
                    list.set(JAVA_LONG, at + 24, entry.offset());
                    list.set(JAVA_LONG, at + 32, entry.size());
                }
                MemorySegment layout = (MemorySegment) LAYOUT.invokeExact(pipeline.address(), group);
                if (layout.equals(MemorySegment.NULL)) {
                    throw new GpuException("the kernel has no group " + group);
                }
                MemorySegment wanted = arena.allocate(48, 8);
                wanted.set(ADDRESS, 24, layout);
                wanted.set(JAVA_LONG, 32, (long) entries.size());
                wanted.set(ADDRESS, 40, list);
                MemorySegment made = (MemorySegment) CREATE.invokeExact(device.address(), wanted);
                RELEASE_LAYOUT.invokeExact(layout);
                return new BindGroup(made, entries);
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
