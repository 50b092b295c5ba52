package org.pixelllm.webgpu.api;

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
        return os.contains("windows") ? List.of(D3D12, VULKAN) : List.of(VULKAN, OPENGL_ES);
    }
}
