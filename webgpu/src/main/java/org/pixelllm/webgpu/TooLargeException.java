package org.pixelllm.webgpu;

import org.pixelllm.webgpu.api.GpuException;

/** A model or a session does not fit this GPU; the message gives the numbers. */
public final class TooLargeException extends GpuException {

    TooLargeException(String message) {
        super(message + ". Run this model with -x simd.");
    }
}
