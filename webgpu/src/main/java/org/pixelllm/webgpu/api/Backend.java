package org.pixelllm.webgpu.api;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;

/** A way to a GPU, by the code that {@code webgpu.h} gives it. The Null backend, which computes nothing, is none. */
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

    /** As people call it. */
    public String words() {
        return words;
    }

    /** Whether it is asked for WebGPU's compatibility level. */
    boolean isCompatibility() {
        return compatibility;
    }

    /** Those of this system, the one to be asked first first: its own, then OpenGL ES. */
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

    /** Whether there is a loader of Vulkan's: asked for it without one, Dawn complains on standard error. */
    private static boolean hasVulkan() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup("libvulkan.so.1", arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
