package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.Captured;
import org.pixelllm.cli.file.PxiFile;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;

/**
 * Any file given as a {@code .pxi}, as it is and with the checksums of its chunks set right. It is read or refused with a
 * {@link PxiException}, from memory, from disk and row by row alike, and what is read is encoded to the same pixels.
 */
final class PxiTarget implements FuzzTarget {

    private static final PngLimits LIMITS = new PngLimits(1 << 16, 1 << 16, 1 << 20);

    @Override
    public List<byte[]> seeds() throws IOException {
        Pixels colours = Pixels.black(9, 7);
        for (int i = 0; i < colours.rgb().length; i++) {
            colours.rgb()[i] = (byte) (37 * i);
        }
        List<byte[]> seeds = new ArrayList<>(List.of(
                new TokenImage(new int[] {112, 120, 79, 83}).toPng(Map.of("Title", "x")),
                PngEncoder.encode(colours, Map.of()),
                PngEncoder.encode(Pixels.black(40, 40), Map.of("Kind", "view"))));
        for (int colour : new int[] {0, 2, 3, 4, 6}) {
            for (int interlace = 0; interlace < 2; interlace++) {
                seeds.add(Pngs.of(5, 3, colour == 3 ? 4 : 16, colour, interlace));
                seeds.add(Pngs.of(4, 4, 8, colour, interlace));
            }
        }
        seeds.add(Files.readAllBytes(Captured.ROOT.resolve("cartridges/golden/pxos.logits_heatmap.pxi")));
        return seeds;
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws IOException {
        boolean accepted = check(input, folder);
        byte[] mended = input.clone();
        mend(mended);
        return check(mended, folder) || accepted;
    }

    private static boolean check(byte[] input, Path folder) throws IOException {
        Path file = Files.write(folder.resolve("input.pxi"), input);
        Pixels inMemory = decoded(input, file);
        boolean onDisk = isSound(file);
        assertThat(onDisk).isEqualTo(inMemory != null);
        if (inMemory != null) {
            byte[] again = PngEncoder.encode(inMemory, Map.of());
            assertThat(PngDecoder.decode(ByteBuffer.wrap(again), "again", PngLimits.LARGEST)
                            .pixels())
                    .isEqualTo(inMemory);
        }
        try {
            PxiFile.read(file);
            return true;
        } catch (PxiException e) {
            assertThat(e).hasMessageStartingWith(file + ": ").hasMessageContaining(": expected ");
            return false;
        }
    }

    private static @Nullable Pixels decoded(byte[] input, Path file) {
        try {
            PngReader png = PngReader.of(ByteBuffer.wrap(input), file.toString(), LIMITS);
            Pixels pixels = png.decode(LIMITS).pixels();
            byte[] start = {pixels.rgb()[0], pixels.rgb()[1], pixels.rgb()[2]};
            assertThat(png.mayBeginWith(start)).isTrue();
            if (png.hasRowsInOrder()) {
                byte[] all = new byte[pixels.rgb().length];
                png.read((y, row) -> System.arraycopy(row, 0, all, y * row.length, row.length));
                assertThat(all).isEqualTo(pixels.rgb());
            }
            return pixels;
        } catch (PxiException e) {
            assertThat(e).hasMessageStartingWith(file + ": ");
            return null;
        }
    }

    private static boolean isSound(Path file) {
        try (PngFile png = PngFile.open(file, LIMITS, Long.MAX_VALUE)) {
            png.png().check(LIMITS);
            return true;
        } catch (PxiException e) {
            assertThat(e).hasMessageStartingWith(file + ": ");
            return false;
        }
    }

    /** Sets the CRC of every chunk right, as far as there are chunks. */
    static void mend(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        for (long at = 8; at <= file.length - 12; ) {
            int length = bytes.getInt((int) at);
            if (length < 0 || length > file.length - at - 12) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(file, (int) at + 4, length + 4);
            bytes.putInt((int) at + 8 + length, (int) crc.getValue());
            at += 12L + length;
        }
    }
}
