package org.pixelllm.webgpu.api;

/** The GPU or its driver refused something; the message carries its words. */
public class GpuException extends RuntimeException {

    public GpuException(String message) {
        super(message);
    }
}
