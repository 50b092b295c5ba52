package org.pixelllm.webgpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The texts of kernels: files of {@code wgsl/} one behind the other. */
final class Wgsl {

    private Wgsl() {}

    /**
     * A kernel's text.
     *
     * @param tile rows of x that a product takes at a time; 0 where the kernel is no product
     * @param files names without their end
     */
    static String compose(int tile, String... files) {
        StringBuilder text = new StringBuilder(tile > 0 ? "const TILE = " + tile + "u;\n" : "");
        for (String file : files) {
            text.append(read(file)).append('\n');
        }
        return text.toString();
    }

    private static String read(String file) {
        try (InputStream from = Wgsl.class.getResourceAsStream("wgsl/" + file + ".wgsl")) {
            if (from == null) {
                throw new IllegalStateException("no kernel " + file);
            }
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
