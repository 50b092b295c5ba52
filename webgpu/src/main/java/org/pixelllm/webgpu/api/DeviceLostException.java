package org.pixelllm.webgpu.api;

/** The device was lost, with everything in its memory, sessions included. New sessions get a new device. */
public final class DeviceLostException extends GpuException {

    public DeviceLostException(String why) {
        super("the GPU was lost (" + why + "): this session is gone. Begin a new one.");
    }
}
