package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** WGPUBuffer: memory of the GPU, all zeros at first. */
@SuppressWarnings("restricted")
public final class Buffer extends Handle {

    private static final MethodHandle CREATE =
            NativeLibrary.function("wgpuDeviceCreateBuffer", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuBufferRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle DESTROY =
            NativeLibrary.function("wgpuBufferDestroy", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle MAP = NativeLibrary.function(
            "wgpuBufferMapAsync",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, Layouts.CALLBACK_INFO));
    private static final MethodHandle MAPPED = NativeLibrary.function(
            "wgpuBufferGetConstMappedRange", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle UNMAP =
            NativeLibrary.function("wgpuBufferUnmap", FunctionDescriptor.ofVoid(ADDRESS));

    private static final long FOR_READING = 1;

    /** What a buffer is for: the bits of {@code WGPUBufferUsage}. */
    public enum Use {
        /** Read by the CPU, filled by copies. */
        READ_BACK(1 | 8),
        /** Small numbers for kernels. */
        UNIFORM(0x40 | 4 | 8),
        /** What kernels read and write. */
        STORAGE(0x80 | 4 | 8);

        private final long bits;

        Use(long bits) {
            this.bits = bits;
        }
    }

    private final Device device;
    private final long size;

    private Buffer(MemorySegment address, Device device, long size) {
        super(address, "buffer");
        this.device = device;
        this.size = size;
        device.countBuffers(size, 1);
    }

    /**
     * Allocates memory.
     *
     * @param size bytes, a multiple of 4
     * @throws GpuException where the device does not have it
     */
    public static Buffer create(Device device, Use use, long size) {
        return device.make("%,d bytes of GPU memory".formatted(size), () -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment descriptor = NativeStruct.allocate(arena, Layouts.BUFFER_DESCRIPTOR)
                        .set("usage", use.bits)
                        .set("size", size)
                        .memory();
                return new Buffer((MemorySegment) CREATE.invokeExact(device.address(), descriptor), device, size);
            } catch (Throwable e) {
                throw NativeLibrary.failed(e);
            }
        });
    }

    public long size() {
        return size;
    }

    /** What is done with bytes while they can be read. */
    @FunctionalInterface
    public interface Reader {
        /** Reads; the memory is gone when it returns. */
        void read(MemorySegment bytes);
    }

    /** Waits until the commands before this have run, and reads. */
    public void read(long count, Reader reader) {
        try (Arena arena = Arena.ofConfined();
                Answer answer = new Answer()) {
            MemorySegment info = answer.callbackInfo(arena, Answer.Kind.STATUS);
            long ignored = (long) MAP.invokeExact(address(), FOR_READING, 0L, count, info);
            device.waitFor("a read-back", answer);
            device.requireAlive();
            if (!answer.isSuccess()) {
                if (device.isLost()) {
                    device.requireAlive();
                }
                throw new GpuException("the GPU's memory cannot be read: " + answer.message());
            }
            MemorySegment from = (MemorySegment) MAPPED.invokeExact(address(), 0L, count);
            if (from.equals(MemorySegment.NULL)) {
                throw new GpuException("the GPU's memory cannot be read");
            }
            device.queue().countRead(count);
            reader.read(from.reinterpret(count));
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        } finally {
            unmap();
        }
    }

    private void unmap() {
        try {
            UNMAP.invokeExact(address());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        device.countBuffers(-size, -1);
        DESTROY.invokeExact(object);
        RELEASE.invokeExact(object);
    }
}
