package org.pixelllm.webgpu.api;

import java.lang.foreign.MemorySegment;

/** An object of the library. Its address is checked before every use: a NULL crashes the library. */
public abstract class Handle implements AutoCloseable {

    private MemorySegment address;

    Handle(MemorySegment address, String what) {
        GpuThread.require();
        if (address.equals(MemorySegment.NULL)) {
            throw new GpuException("the GPU gave no " + what);
        }
        this.address = address;
    }

    final MemorySegment address() {
        if (address.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("this " + getClass().getSimpleName() + " is closed");
        }
        GpuThread.require();
        return address;
    }

    /** Releases the object. */
    abstract void release(MemorySegment object) throws Throwable;

    @Override
    public final void close() {
        if (!address.equals(MemorySegment.NULL)) {
            GpuThread.require();
            MemorySegment object = address;
            address = MemorySegment.NULL;
            try {
                release(object);
            } catch (Throwable e) {
                throw NativeLibrary.failed(e);
            }
        }
    }
}
