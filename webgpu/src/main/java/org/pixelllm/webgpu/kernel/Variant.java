package org.pixelllm.webgpu.kernel;

/** How kernels that sum over columns divide the work. */
public enum Variant {
    /** A thread for each row: for a CPU, where barriers cost. */
    ROWS("_rows"),
    /** A workgroup for each row, with shared memory. */
    GROUP("_group");

    private final String suffix;

    Variant(String suffix) {
        this.suffix = suffix;
    }

    /** The source of this variant of a kernel. */
    String source(String kernel) {
        return kernel + suffix;
    }
}
