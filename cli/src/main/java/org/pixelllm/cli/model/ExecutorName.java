package org.pixelllm.cli.model;

/** What {@code -x} takes. */
public enum ExecutorName {
    AUTO,
    REFERENCE,
    SIMD,
    WEBGPU
}
