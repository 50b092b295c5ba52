package org.pixelllm.webgpu.kernel;

/**
 * A kernel's name for a part of its memory.
 *
 * @param slot where it is bound
 * @param access what the kernel does with it
 * @param name in WGSL
 * @param type in WGSL
 * @param holds its shape or meaning, for readers of the text
 */
public record Binding(Slot slot, Access access, String name, String type, String holds) {

    /** What a kernel does with memory. */
    public enum Access {
        /** A struct that all threads read. */
        UNIFORM("uniform"),
        /** An array that is read. */
        READ("storage, read"),
        /** An array that is read and written. */
        WRITE("storage, read_write");

        private final String words;

        Access(String words) {
            this.words = words;
        }
    }

    /** A line of WGSL. */
    String declaration() {
        return "@group(%d) @binding(%d) var<%s> %s: %s; // %s\n"
                .formatted(slot.group(), slot.number(), access.words, name, type, holds);
    }
}
