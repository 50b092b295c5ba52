package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** WGPUQueue: takes bytes and commands, in order. Counts the bytes. */
public final class Queue extends Handle {

    private static final MethodHandle OF =
            NativeLibrary.function("wgpuDeviceGetQueue", FunctionDescriptor.of(ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuQueueRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle WRITE = NativeLibrary.function(
            "wgpuQueueWriteBuffer", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));
    static final MethodHandle SUBMIT =
            NativeLibrary.function("wgpuQueueSubmit", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));

    private long bytesUp;
    private long bytesDown;
    private long submits;

    Queue(MemorySegment device) {
        super(of(device), "queue");
    }

    private static MemorySegment of(MemorySegment device) {
        try {
            return (MemorySegment) OF.invokeExact(device);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /**
     * Copies bytes into a buffer, before any commands that are submitted later.
     *
     * @param from native memory
     * @param count a multiple of 4
     */
    public void write(Buffer buffer, long at, MemorySegment from, long count) {
        try {
            WRITE.invokeExact(address(), buffer.address(), at, from, count);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
        bytesUp += count;
    }

    void countRead(long bytes) {
        bytesDown += bytes;
    }

    void countSubmit() {
        submits++;
    }

    /** Bytes that have been copied to the GPU since it was opened. */
    public long bytesUp() {
        return bytesUp;
    }

    /** Bytes that have been read back since it was opened. */
    public long bytesDown() {
        return bytesDown;
    }

    /** How often commands have been submitted. */
    public long submits() {
        return submits;
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        RELEASE.invokeExact(object);
    }
}
