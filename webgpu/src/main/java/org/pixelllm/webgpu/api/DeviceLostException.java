package org.pixelllm.webgpu.api;

/** The device went away. What was in its memory is gone, sessions included; new ones get a new device. */
public final class DeviceLostException extends GpuException {

    public DeviceLostException(String why) {
        super("the GPU was lost (" + why + "): this session is gone. Begin a new one.");
    }
}
