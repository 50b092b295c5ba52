package org.pixelllm.pxvm.cartridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;
import org.pixelllm.pxvm.weights.Pages;

/**
 * The pages of a cartridge that an image tool has compressed again: decoded row by row, close together, into native memory
 * as the kernels want it. Its first pixels say that it is a cartridge, and its first row is a header that fits the picture,
 * before memory is taken for the rest.
 *
 * @param pages where the rows' pixels are
 * @param rows rows of pixels
 */
record DecodedPages(Pages pages, long rows) {

    private static final PngLimits LIMITS =
            new PngLimits(PageFormat.MAX_WIDTH, Integer.MAX_VALUE, Cartridge.MAX_DECODED_BYTES / 3);

    /** Reads a file whose pages cannot be mapped. */
    static DecodedPages read(Path path, Arena arena) throws PxiException {
        String file = path.toString();
        try (PngFile open = PngFile.open(path, LIMITS, Cartridge.MAX_DECODED_BYTES)) {
            PngReader png = open.png();
            if (!png.mayBeginWith(Header.MAGIC)) {
                throw Header.otherPicture(file);
            }
            Copy copy = new Copy(png.width(), png.height(), file, arena);
            if (png.hasRowsInOrder()) {
                png.read(copy);
            } else {
                Pixels pixels = png.decode(LIMITS).pixels();
                byte[] row = new byte[3 * pixels.width()];
                for (int y = 0; y < pixels.height(); y++) {
                    System.arraycopy(pixels.rgb(), y * row.length, row, 0, row.length);
                    copy.take(y, row);
                }
            }
            return new DecodedPages(copy.pages(), png.height());
        }
    }

    /** Takes the rows over. */
    private static final class Copy implements PngReader.Rows {

        private final int height;
        private final String file;
        private final Arena arena;
        private final int payload;
        private final int bytes;
        private @Nullable MemorySegment memory;

        Copy(int width, int height, String file, Arena arena) {
            this.height = height;
            this.file = file;
            this.arena = arena;
            this.payload = Math.max(PageFormat.ALIGNMENT, PageFormat.payload(width));
            this.bytes = Math.min(payload, 3 * width);
        }

        @Override
        public void take(int y, byte[] rgb) throws PxiException {
            if (memory == null) {
                Header.read(Arrays.copyOf(rgb, payload), height, payload, file);
                memory = memory();
            }
            MemorySegment.copy(rgb, 0, memory, ValueLayout.JAVA_BYTE, (long) y * payload, bytes);
        }

        private MemorySegment memory() throws InvalidContentException {
            long needed = (long) payload * height;
            if (!HeapSpace.holds(needed)) {
                throw new InvalidContentException(new Fault(
                        file,
                        "whole file",
                        "a cartridge that can be mapped, or pages that fit in the " + HeapSpace.left()
                                + " bytes of memory that are left",
                        "a re-encoded cartridge of " + needed + " bytes",
                        "Fetch the original cartridge. " + HeapSpace.REMEDY));
            }
            return arena.allocate(needed, PageFormat.ALIGNMENT);
        }

        Pages pages() {
            if (memory == null) {
                throw new IllegalStateException("a picture has at least one row");
            }
            return new Pages(memory, 0, payload, payload, Long.MAX_VALUE, 0);
        }
    }
}
