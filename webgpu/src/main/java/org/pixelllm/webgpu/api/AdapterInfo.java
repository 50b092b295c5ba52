package org.pixelllm.webgpu.api;

import org.jspecify.annotations.Nullable;

/**
 * What an adapter reports about itself.
 *
 * @param device its name
 * @param description its driver
 * @param backend its backend, or null where it is none that computes
 * @param kind what it is
 */
public record AdapterInfo(
        String device, String description, @Nullable Backend backend, Kind kind) {

    /** What kind of device it is. */
    public enum Kind {
        DISCRETE("a GPU of its own"),
        INTEGRATED("a GPU beside the CPU"),
        CPU("the CPU"),
        UNKNOWN("of unknown kind");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** In words. */
        public String words() {
            return words;
        }

        static Kind ofCode(int code) {
            return switch (code) {
                case 1 -> DISCRETE;
                case 2 -> INTEGRATED;
                case 3 -> CPU;
                default -> UNKNOWN;
            };
        }
    }

    /** Whether it is software on the CPU, which on OpenGL ES only its name says. */
    public boolean isCpu() {
        return kind == Kind.CPU
                || device.contains("llvmpipe")
                || device.contains("SwiftShader")
                || description.contains("llvmpipe")
                || description.contains("SwiftShader");
    }
}
