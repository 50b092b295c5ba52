package org.pixelllm.webgpu.api;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;

/** An API through which a GPU is used, with the code that {@code webgpu.h} gives it. The Null backend, which computes nothing, is not one of them. */
public enum Backend {
    D3D12(4, "Direct3D 12", false),
    METAL(5, "Metal", false),
    VULKAN(6, "Vulkan", false),
    OPENGL_ES(8, "OpenGL ES", true);

    private final int code;
    private final String words;
    private final boolean compatibility;

    Backend(int code, String words, boolean compatibility) {
        this.code = code;
        this.words = words;
        this.compatibility = compatibility;
    }

    int code() {
        return code;
    }

    /** Its usual name. */
    public String words() {
        return words;
    }

    /** Whether it offers only WebGPU's compatibility level. */
    boolean isCompatibility() {
        return compatibility;
    }

    /** Those of this system in the order in which they are asked: the system's own, then OpenGL ES. */
    public static List<Backend> ofThisSystem() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (os.contains("mac")) {
            return List.of(METAL);
        }
        if (os.contains("windows")) {
            return List.of(D3D12, VULKAN);
        }
        return hasVulkan() ? List.of(VULKAN, OPENGL_ES) : List.of(OPENGL_ES);
    }

    /** Whether there is a Vulkan loader: without one, Dawn complains on standard error when asked for Vulkan. */
    @SuppressWarnings("restricted")
    private static boolean hasVulkan() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup("libvulkan.so.1", arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
