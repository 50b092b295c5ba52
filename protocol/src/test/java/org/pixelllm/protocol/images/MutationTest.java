package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngBuilder;
import org.pixelllm.protocol.png.PngCodecTest;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngVariants;

/** Thousands of damaged files, from a fixed seed: each is read or refused, and nothing else happens. */
public class MutationTest {

    private static final int ROUNDS = 6000;

    public static List<byte[]> sound() {
        Random random = new Random(7);
        int[][][] grey = new int[9][11][1];
        int[][][] rgba = new int[5][6][];
        for (int[][] row : grey) {
            for (int[] pixel : row) {
                pixel[0] = random.nextInt(4);
            }
        }
        for (int[][] row : rgba) {
            Arrays.setAll(row, x -> new int[] {random.nextInt(256), x, 0, 255});
        }
        byte[] palette = new byte[12];
        random.nextBytes(palette);
        PngBuilder colours = new PngBuilder().chunk("PLTE", palette).chunk("tRNS", 255, 255, 255);
        return List.of(
                new TokenImage(new int[] {112, 120, 79, 83}).toPng(Map.of("Title", "x")),
                WideImagesTest.outputs().getLast().toPng(Map.of()),
                PngEncoder.encode(PngCodecTest.random(60, 40, 1), Map.of()),
                new PngVariants(3, 2, true, -1).encode(grey, 9, colours),
                new PngVariants(0, 2, false, 3).encode(grey, 100, new PngBuilder()),
                new PngVariants(6, 8, true, 4).encode(rgba, 20, new PngBuilder().chunk("gAMA", 0, 0, 1, 0)));
    }

    /** Reads bytes; what comes back must survive a round trip. Any exception but a PxiException is let out. */
    public static boolean check(byte[] bytes) {
        Png png;
        try {
            png = PngDecoder.decode(ByteBuffer.wrap(bytes), "mutant", PngLimits.PROTOCOL);
        } catch (PxiException e) {
            assertThat(e.getMessage()).startsWith("mutant: ");
            return false;
        }
        try {
            byte[] again = PngEncoder.encode(png.pixels(), png.text());
            assertThat(PngDecoder.decode(ByteBuffer.wrap(again), "again", PngLimits.LARGEST)
                            .pixels())
                    .isEqualTo(png.pixels());
        } catch (PxiException e) {
            throw new AssertionError(e);
        }
        for (PxiKind kind : PxiKind.values()) {
            try {
                kind.decode(png, "mutant");
            } catch (PxiException e) {
                assertThat(e.getMessage()).startsWith("mutant: ");
            }
        }
        return true;
    }

    @Test
    void damageIsRefusedAndNeverMore() {
        Random random = new Random(20260101);
        List<byte[]> sound = sound();
        int refused = 0;
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] mutant = mutate(sound.get(random.nextInt(sound.size())), sound, random);
            if (random.nextBoolean()) {
                mendChecksums(mutant); // past the CRC, to what it protects
            }
            if (check(mutant)) {
                read++;
            } else {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
        assertThat(read).isPositive();
    }

    @Test
    void everySingleByteOfATokenImageMatters() {
        byte[] file = new TokenImage(new int[] {112, 120, 79, 83}).toPng(Map.of());
        for (int at = 0; at < file.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] mutant = file.clone();
                mutant[at] ^= (byte) (1 << bit);
                assertThat(check(mutant)).as("byte %d bit %d", at, bit).isFalse();
            }
            assertThat(check(Arrays.copyOf(file, at))).as("cut at %d", at).isFalse();
        }
    }

    private static byte[] mutate(byte[] file, List<byte[]> sound, Random random) {
        byte[] mutant = file.clone();
        switch (random.nextInt(4)) {
            case 0 -> mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
                }
            }
            case 2 -> mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length + 20));
            default -> {
                byte[] other = sound.get(random.nextInt(sound.size()));
                int from = random.nextInt(other.length);
                int at = random.nextInt(mutant.length);
                int length = Math.min(random.nextInt(40), Math.min(other.length - from, mutant.length - at));
                System.arraycopy(other, from, mutant, at, length);
            }
        }
        return mutant;
    }

    private static void mendChecksums(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int at = 8;
        while (at <= file.length - 12) {
            int length = bytes.getInt(at);
            if (length < 0 || length > file.length - at - 12) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(file, at + 4, length + 4);
            bytes.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
    }
}
