package org.pixelllm.cli;

/** What {@code -x} takes. */
enum ExecutorName {
    AUTO,
    REFERENCE,
    SIMD,
    WEBGPU
}
