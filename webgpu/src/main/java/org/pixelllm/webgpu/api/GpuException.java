package org.pixelllm.webgpu.api;

/** The GPU or its driver refused something; the message quotes it. */
public class GpuException extends RuntimeException {

    public GpuException(String message) {
        super(message);
    }
}
