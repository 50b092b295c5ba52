package org.pixelllm.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngLimits;

/** Reads an output file as any reader may, and then asks of its writer what only writers owe: the stored format. */
final class StrictPng {

    // Offsets in the file: 8 bytes of signature, 8 of chunk frame, then IHDR's width, height and these.
    private static final int DEPTH = 24;
    private static final int COLOUR = 25;
    private static final int INTERLACE = 28;

    private static final int RGB = 2;

    private StrictPng() {}

    /**
     * Reads one file.
     *
     * @param whole the rule for a file that cannot be read
     * @param format the rule for a file stored otherwise than as 8-bit RGB
     * @return its pixels, or null where there are none
     */
    static @Nullable Pixels read(Path file, Rule whole, Rule format, List<Finding> findings) {
        try {
            Pixels pixels = PxiFiles.read(file, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                    .pixels();
            checkFormat(file, format, findings);
            return pixels;
        } catch (IOException e) {
            findings.add(new Finding(whole, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static void checkFormat(Path file, Rule format, List<Finding> findings) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(INTERLACE + 1);
        }
        int depth = head[DEPTH];
        int colour = head[COLOUR];
        int interlace = head[INTERLACE];
        if (depth != 8 || colour != RGB || interlace != 0) {
            findings.add(new Finding(
                    format,
                    "%s: chunk IHDR: expected bit depth 8, colour type 2 (RGB), interlace 0, found %d, %d, %d"
                            .formatted(file.getFileName(), depth, colour, interlace)));
        }
    }
}
