package org.pixelllm.webgpu.api;

/** There is no library, or no adapter that computes correctly; the message says what was tried and what to do about it. */
public final class GpuUnavailableException extends GpuException {

    public GpuUnavailableException(String message) {
        super(message);
    }
}
