package org.pixelllm.webgpu.api;

import org.jspecify.annotations.Nullable;

/**
 * What an adapter says of itself.
 *
 * @param device its name
 * @param description its driver
 * @param backend the way to it, or null where it is none that computes
 * @param kind what it is
 */
public record AdapterInfo(
        String device, String description, @Nullable Backend backend, Kind kind) {

    /** What an adapter is made of. */
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

    /** Software that renders says so in its name where it does not by its type, as on OpenGL ES. */
    public boolean isCpu() {
        return kind == Kind.CPU
                || device.contains("llvmpipe")
                || device.contains("SwiftShader")
                || description.contains("llvmpipe")
                || description.contains("SwiftShader");
    }
}
