package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** WGPUCommandEncoder and its compute pass: commands that are recorded and then submitted together. */
public final class Commands extends Handle implements Dispatches {

    private static final MethodHandle CREATE =
            NativeLibrary.function("wgpuDeviceCreateCommandEncoder", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE =
            NativeLibrary.function("wgpuCommandEncoderRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle BEGIN = NativeLibrary.function(
            "wgpuCommandEncoderBeginComputePass", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle COPY = NativeLibrary.function(
            "wgpuCommandEncoderCopyBufferToBuffer",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLEAR = NativeLibrary.function(
            "wgpuCommandEncoderClearBuffer", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FINISH =
            NativeLibrary.function("wgpuCommandEncoderFinish", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle RELEASE_FINISHED =
            NativeLibrary.function("wgpuCommandBufferRelease", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle PIPELINE =
            NativeLibrary.function("wgpuComputePassEncoderSetPipeline", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
    private static final MethodHandle GROUP = NativeLibrary.function(
            "wgpuComputePassEncoderSetBindGroup",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle DISPATCH = NativeLibrary.function(
            "wgpuComputePassEncoderDispatchWorkgroups",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle END =
            NativeLibrary.function("wgpuComputePassEncoderEnd", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle RELEASE_PASS =
            NativeLibrary.function("wgpuComputePassEncoderRelease", FunctionDescriptor.ofVoid(ADDRESS));

    private final Device device;
    private MemorySegment pass = MemorySegment.NULL;

    private Commands(MemorySegment address, Device device) {
        super(address, "command encoder");
        this.device = device;
    }

    public static Commands begin(Device device) {
        device.requireAlive();
        try {
            return new Commands((MemorySegment) CREATE.invokeExact(device.address(), MemorySegment.NULL), device);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    @Override
    public void dispatch(Pipeline pipeline, BindGroup group, @Nullable BindGroup session, int x, int y, int z) {
        try {
            if (pass.equals(MemorySegment.NULL)) {
                pass = (MemorySegment) BEGIN.invokeExact(address(), MemorySegment.NULL);
                if (pass.equals(MemorySegment.NULL)) {
                    throw new GpuException("the GPU gave no compute pass");
                }
            }
            PIPELINE.invokeExact(pass, pipeline.address());
            GROUP.invokeExact(pass, 0, group.address(), 0L, MemorySegment.NULL);
            if (session != null) {
                GROUP.invokeExact(pass, 1, session.address(), 0L, MemorySegment.NULL);
            }
            DISPATCH.invokeExact(pass, x, y, z);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** Copies bytes from buffer to buffer. */
    public void copy(Buffer from, long fromAt, Buffer to, long toAt, long count) {
        endPass();
        try {
            COPY.invokeExact(address(), from.address(), fromAt, to.address(), toAt, count);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    /** Fills a buffer with zeros. */
    public void clear(Buffer buffer) {
        endPass();
        try {
            CLEAR.invokeExact(address(), buffer.address(), 0L, buffer.size());
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
    }

    private void endPass() {
        if (!pass.equals(MemorySegment.NULL)) {
            try {
                END.invokeExact(pass);
                RELEASE_PASS.invokeExact(pass);
            } catch (Throwable e) {
                throw NativeLibrary.failed(e);
            }
            pass = MemorySegment.NULL;
        }
    }

    /** Submits everything to the GPU. Nothing can be added after that. */
    public void submit() {
        endPass();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment finished = (MemorySegment) FINISH.invokeExact(address(), MemorySegment.NULL);
            if (finished.equals(MemorySegment.NULL)) {
                throw new GpuException("the GPU gave no command buffer");
            }
            MemorySegment list = arena.allocate(ADDRESS);
            list.set(ADDRESS, 0, finished);
            Queue.SUBMIT.invokeExact(device.queue().address(), 1L, list);
            RELEASE_FINISHED.invokeExact(finished);
        } catch (Throwable e) {
            throw NativeLibrary.failed(e);
        }
        device.queue().countSubmit();
    }

    @Override
    void release(MemorySegment object) throws Throwable {
        if (!pass.equals(MemorySegment.NULL)) {
            RELEASE_PASS.invokeExact(pass);
            pass = MemorySegment.NULL;
        }
        RELEASE.invokeExact(object);
    }
}
