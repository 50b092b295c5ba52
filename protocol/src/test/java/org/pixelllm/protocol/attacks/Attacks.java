package org.pixelllm.protocol.attacks;

import static org.pixelllm.protocol.png.PngBuilder.bytes;
import static org.pixelllm.protocol.png.PngBuilder.png;
import static org.pixelllm.protocol.png.PngBuilder.zlib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.png.PngBuilder;

/** The list of hostile files. */
final class Attacks {

    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int RGBA = 6;

    /** The row of a token image of one token: filter, (1, 0, 1), (65, 0, 0). */
    private static final int[] ROW = {0, 1, 0, 1, 65, 0, 0};

    private final List<Attack> all = new ArrayList<>();

    private Attacks() {}

    static List<Attack> all() {
        Attacks attacks = new Attacks();
        attacks.otherFiles();
        attacks.truncations();
        attacks.checksums();
        attacks.headers();
        attacks.chunkOrder();
        attacks.compressedData();
        attacks.bombs();
        attacks.pixels();
        attacks.tokens();
        attacks.places();
        return attacks.all;
    }

    /** A sound token image of one token, for those who need something right. */
    static byte[] sound() {
        return png(2, 1, 8, RGB).data(ROW).end();
    }

    private void otherFiles() {
        not("empty.pxi", new byte[0], "empty file");
        not("page.pxi", latin1("\n<!DOCTYPE html><html><body>404</body></html>"), "HTML page");
        not("pointer.pxi", latin1("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "git-LFS pointer");
        not("photo.pxi", bytes(0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F'), "JPEG");
        not("picture.pxi", latin1("RIFF\0\0\0\0WEBPVP8 "), "WebP");
        not("model.pxi", latin1("GGUF\3\0\0\0"), "GGUF");
        not("weights.pxi", latin1("\100\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"F32\"}}"), "safetensors");
        not("json.pxi", latin1("{\"tokens\": [1, 2]}"), "JSON");
        not("noise.pxi", bytes(1, 2, 3, 4, 5, 6, 7, 8, 9), "01 02 03");
        not("text-mode.pxi", latin1("\u0089PNG\n\u001A\n\0\0\0\rIHDR"), "text-mode transfer");
    }

    /** Cuts at the end of each chunk and inside each, header and data and checksum. */
    private void truncations() {
        byte[] idat = zlib(bytes(ROW));
        byte[] file = png(2, 1, 8, RGB)
                .chunk("tEXt", latin1("Title\0a"))
                .chunk("IDAT", Arrays.copyOf(idat, 5))
                .chunk("IDAT", Arrays.copyOfRange(idat, 5, idat.length))
                .end();
        truncated("cut-in-signature.pxi", Arrays.copyOf(file, 5), "signature");
        truncated("cut-after-signature.pxi", Arrays.copyOf(file, 8), "IEND");
        int at = 8;
        for (int n = 0; at < file.length; n++) {
            int next = at + 12 + ByteBuffer.wrap(file).getInt(at);
            truncated("cut-in-header-of-chunk-" + n + ".pxi", Arrays.copyOf(file, at + 3), "begin a chunk");
            truncated("cut-in-chunk-" + n + ".pxi", Arrays.copyOf(file, next - 5), "end of the file");
            truncated("cut-in-crc-of-chunk-" + n + ".pxi", Arrays.copyOf(file, next - 2), "checksum");
            if (next < file.length) {
                truncated("cut-after-chunk-" + n + ".pxi", Arrays.copyOf(file, next), "IEND");
            }
            at = next;
        }
        truncated("text-longer-than-file.pxi", absurdText(Integer.MAX_VALUE), "tEXt at byte 33");
        invalid("length-over-2-31.pxi", absurdText(1 << 31), "2147483648");
    }

    private static byte[] absurdText(int length) {
        return png(2, 1, 8, RGB)
                .chunk(length, "tEXt", latin1("Title\0a"), 0)
                .data(ROW)
                .end();
    }

    private void checksums() {
        byte[] header = bytes(0, 0, 0, 2, 0, 0, 0, 1, 8, RGB, 0, 0, 0);
        byte[] idat = zlib(bytes(ROW));
        invalid("crc-ihdr.pxi", png().badCrc("IHDR", header).data(ROW).end(), "CRC", "IHDR");
        byte[] palette = new byte[6];
        PngBuilder indexed = png(2, 1, 8, PALETTE).badCrc("PLTE", palette);
        invalid("crc-plte.pxi", indexed.data(0, 0, 1).end(), "CRC", "PLTE");
        invalid(
                "crc-text.pxi",
                png(2, 1, 8, RGB).badCrc("tEXt", latin1("a\0b")).data(ROW).end(),
                "CRC",
                "tEXt");
        invalid("crc-idat.pxi", png(2, 1, 8, RGB).badCrc("IDAT", idat).end(), "CRC", "IDAT");
        PngBuilder body = png(2, 1, 8, RGB).data(ROW);
        invalid("crc-iend.pxi", body.badCrc("IEND", new byte[0]).toBytes(), "CRC", "IEND");
    }

    private void headers() {
        invalid(
                "huge.pxi",
                png(Integer.MAX_VALUE, Integer.MAX_VALUE, 16, RGBA).data(ROW).end(),
                "over the limit");
        invalid("wide.pxi", png(65_537, 1, 8, RGB).data(ROW).end(), "65537 x 1");
        invalid("many-pixels.pxi", png(65_536, 65_536, 8, RGB).data(ROW).end(), "over the limit");
        truncated("large-in-a-tiny-file.pxi", png(2048, 2048, 8, RGB).data(ROW).end(), "2048 x 2048");
        invalid("zero-width.pxi", png(0, 1, 8, RGB).data(ROW).end(), "0 x 1");
        invalid("zero-height.pxi", png(1, 0, 8, RGB).data(ROW).end(), "1 x 0");
        invalid("negative-width.pxi", png(-1, 1, 8, RGB).data(ROW).end(), "4294967295 x 1");
        invalid("colour-type-5.pxi", png(2, 1, 8, 5).data(ROW).end(), "colour type 5");
        invalid("rgb-of-4-bits.pxi", png(2, 1, 4, RGB).data(ROW).end(), "bit depth 4");
        invalid("depth-0.pxi", png(2, 1, 0, GREY).data(ROW).end(), "bit depth 0");
        invalid(
                "compression-1.pxi",
                png().header(2, 1, 8, RGB, 1, 0, 0).data(ROW).end(),
                "compression method 1");
        invalid(
                "filter-method-64.pxi",
                png().header(2, 1, 8, RGB, 0, 64, 0).data(ROW).end(),
                "filter method 64");
        invalid("interlace-2.pxi", png().header(2, 1, 8, RGB, 0, 0, 2).data(ROW).end(), "interlace method 2");
        invalid("short-header.pxi", png().chunk("IHDR", 0, 0, 0, 2).data(ROW).end(), "13 bytes");
    }

    private void chunkOrder() {
        invalid("no-header.pxi", png().data(ROW).end(), "IHDR as the first chunk");
        invalid("iphone.pxi", png().chunk("CgBI", 0, 0, 0, 0).data(ROW).end(), "CgBI");
        PngBuilder twoHeaders = png(2, 1, 8, RGB).header(2, 1, 8, RGB, 0, 0, 0);
        invalid("two-headers.pxi", twoHeaders.data(ROW).end(), "second IHDR");
        invalid("no-palette.pxi", png(2, 1, 8, PALETTE).data(0, 0, 0).end(), "no PLTE");
        PngBuilder late = png(2, 1, 8, RGB).data(ROW).chunk("PLTE", 1, 2, 3);
        invalid("palette-after-data.pxi", late.end(), "PLTE after IDAT");
        PngBuilder two = png(2, 1, 8, PALETTE).chunk("PLTE", 1, 2, 3).chunk("PLTE", 1, 2, 3);
        invalid("two-palettes.pxi", two.data(0, 0, 0).end(), "second PLTE");
        invalid(
                "palette-in-grey.pxi",
                png(2, 1, 8, GREY).chunk("PLTE", 1, 2, 3).data(0, 0, 0).end(),
                "grey");
        PngBuilder ragged = png(2, 1, 8, PALETTE).chunk("PLTE", 1, 2, 3, 4);
        invalid("ragged-palette.pxi", ragged.data(0, 0, 0).end(), "3 bytes", "PLTE");
        PngBuilder large = png(2, 1, 1, PALETTE).chunk("PLTE", new byte[9]);
        invalid("palette-too-large.pxi", large.data(0, 0).end(), "1 to 2 colours");
        PngBuilder early = png(2, 1, 8, PALETTE).chunk("tRNS", 255).chunk("PLTE", 1, 2, 3);
        invalid("transparency-before-palette.pxi", early.data(0, 0, 0).end(), "tRNS");
        PngBuilder alphaTwice = png(2, 1, 8, RGBA).chunk("tRNS", 0, 0, 0, 0, 0, 0);
        invalid("transparency-with-alpha.pxi", alphaTwice.data(ROW).end(), "colour type 6");
        PngBuilder keyTwice = png(2, 1, 8, RGB).chunk("tRNS", new byte[6]).chunk("tRNS", new byte[6]);
        invalid("two-transparencies.pxi", keyTwice.data(ROW).end(), "second tRNS");
        PngBuilder keyFirst = png(2, 1, 8, RGB).chunk("tRNS", new byte[6]).chunk("PLTE", 1, 2, 3);
        invalid("palette-after-transparency.pxi", keyFirst.data(ROW).end(), "PLTE after tRNS");
        byte[] idat = zlib(bytes(ROW));
        PngBuilder apart = png(2, 1, 8, RGB)
                .chunk("IDAT", Arrays.copyOf(idat, 4))
                .chunk("tEXt", latin1("a\0b"))
                .chunk("IDAT", Arrays.copyOfRange(idat, 4, idat.length));
        invalid("data-apart.pxi", apart.end(), "one after another");
        invalid("critical.pxi", png(2, 1, 8, RGB).chunk("ABCD", 1).data(ROW).end(), "unknown critical chunk");
        invalid("nameless.pxi", png(2, 1, 8, RGB).chunk("\0\1\2\3", 1).data(ROW).end(), "four letters");
        PngBuilder film = png(2, 1, 8, RGB).chunk("acTL", 0, 0, 0, 2, 0, 0, 0, 0);
        invalid("animation.pxi", film.data(ROW).end(), "animation");
        invalid(
                "frame.pxi",
                png(2, 1, 8, RGB).data(ROW).chunk("fdAT", 0, 0, 0, 1).end(),
                "animation");
        invalid("no-data.pxi", png(2, 1, 8, RGB).end(), "no IDAT");
        invalid("data-in-end.pxi", png(2, 1, 8, RGB).data(ROW).chunk("IEND", 1).toBytes(), "IEND");
        byte[] sound = sound();
        invalid("appended.pxi", Arrays.copyOf(sound, sound.length + 100), "100 more bytes");
        invalid(
                "no-keyword.pxi",
                png(2, 1, 8, RGB).chunk("tEXt", latin1("\0b")).data(ROW).end(),
                "keyword");
        invalid(
                "no-separator.pxi",
                png(2, 1, 8, RGB).chunk("tEXt", latin1("ab")).data(ROW).end(),
                "zero byte");
        PngBuilder novel = png(2, 1, 8, RGB).chunk("tEXt", latin1("a\0" + "x".repeat(2 << 20)));
        invalid("novel.pxi", novel.data(ROW).end(), "bytes of text");
    }

    private void compressedData() {
        byte[] idat = zlib(bytes(ROW));
        byte[] badAdler = idat.clone();
        badAdler[badAdler.length - 1] ^= 1;
        invalid("adler.pxi", png(2, 1, 8, RGB).chunk("IDAT", badAdler).end(), "Adler");
        truncated(
                "adler-cut.pxi",
                png(2, 1, 8, RGB)
                        .chunk("IDAT", Arrays.copyOf(idat, idat.length - 2))
                        .end(),
                "IDAT");
        invalid(
                "not-zlib.pxi",
                png(2, 1, 8, RGB).chunk("IDAT", 1, 2, 3, 4, 5, 6, 7, 8).end(),
                "sound zlib stream");
        invalid(
                "dictionary.pxi",
                png(2, 1, 8, RGB).chunk("IDAT", 0x78, 0x20, 0, 0, 0, 1).end(),
                "dictionary");
        invalid("filter-7.pxi", png(2, 1, 8, RGB).data(7, 1, 0, 1, 65, 0, 0).end(), "filter 7");
        truncated("short-row.pxi", png(2, 1, 8, RGB).data(0, 1, 0, 1).end(), "more rows");
        truncated("no-bytes.pxi", png(2, 1, 8, RGB).chunk("IDAT").end(), "more compressed data");
        invalid(
                "one-byte-more.pxi",
                png(2, 1, 8, RGB).data(0, 1, 0, 1, 65, 0, 0, 9).end(),
                "more data");
        PngBuilder left = png(2, 1, 8, RGB).chunk("IDAT", Arrays.copyOf(idat, idat.length + 1));
        invalid("left-over.pxi", left.end(), "left over");
        PngBuilder chunkLeft = png(2, 1, 8, RGB).chunk("IDAT", idat).chunk("IDAT", 0);
        invalid("chunk-left-over.pxi", chunkLeft.end(), "left over");
    }

    private void bombs() {
        byte[] bomb = Bomb.ofZeros(4096);
        invalid(
                "bomb-in-a-small-picture.pxi",
                png(2, 1, 8, RGB).chunk("IDAT", bomb).end(),
                "more data");
        invalid(
                "bomb-in-a-large-picture.pxi",
                png(2048, 2048, 8, RGB).chunk("IDAT", bomb).end(),
                "more data");
        invalid(
                "bomb-of-16-bits.pxi",
                png(2048, 2048, 16, RGBA).chunk("IDAT", bomb).end(),
                "translucent");
    }

    private void pixels() {
        invalid("translucent.pxi", png(1, 1, 8, RGBA).data(0, 1, 2, 3, 254).end(), "translucent", "pixel (0, 0)");
        PngBuilder glass = png(1, 1, 8, PALETTE).chunk("PLTE", 1, 2, 3).chunk("tRNS", 0);
        invalid("translucent-entry.pxi", glass.data(0, 0).end(), "translucent");
        PngBuilder key = png(2, 1, 8, RGB).chunk("tRNS", 0, 65, 0, 0, 0, 0);
        invalid("colour-key.pxi", key.data(ROW).end(), "tRNS", "pixel (1, 0)");
        invalid(
                "index.pxi",
                png(1, 1, 8, PALETTE).chunk("PLTE", 1, 2, 3).data(0, 1).end(),
                "palette index 1");
        invalid("sixteen-bits.pxi", png(1, 1, 16, GREY).data(0, 0x12, 0x13).end(), "16-bit", "0x1213");
    }

    private void tokens() {
        add(
                "version-3.pxi",
                UnsupportedVersionException.class,
                png(2, 1, 8, RGB).data(0, 1, 0, 3, 65, 0, 0).end(),
                "version 3");
        invalid(
                "white-token.pxi",
                png(2, 1, 8, RGB).data(0, 1, 0, 2, 255, 255, 255).end(),
                "pixel 1",
                "white");
        invalid(
                "count-too-high-2.pxi",
                png(2, 1, 8, RGB).data(0, 2, 0, 2, 65, 0, 4).end(),
                "a count of 2");
        invalid("no-tokens.pxi", png(1, 1, 8, RGB).data(0, 0, 0, 1).end(), "0 tokens");
        invalid(
                "count-too-high.pxi",
                png(2, 1, 8, RGB).data(0, 255, 255, 1, 65, 0, 0).end(),
                "65535");
        invalid(
                "count-too-low.pxi",
                png(3, 1, 8, RGB).data(0, 1, 0, 1, 65, 0, 0, 66, 0, 0).end(),
                "trailing");
        invalid("blue.pxi", png(2, 1, 8, RGB).data(0, 1, 0, 1, 65, 0, 7).end(), "blue 7", "pixel 1");
        invalid("plain-picture.pxi", png(1, 2, 8, GREY).data(0, 1, 0, 2).end(), "1 x 2 picture");
    }

    private void places() {
        place("missing.pxi", "no such file", place -> {});
        place("folder.pxi", "directory", Files::createDirectory);
        place("loop.pxi", "loop of links", place -> Files.createSymbolicLink(place, place.getFileName()));
        place("dangling.pxi", "link to a file", place -> Files.createSymbolicLink(place, Path.of("nowhere")));
        place("pipe.pxi", "pipe", Attacks::makePipe);
        place("file-as-folder.pxi/x.pxi", "no such file", place -> Files.createFile(place.getParent()));
        add("large-file.pxi", InvalidContentException.class, place -> sparse(place, sound()), "over the limit");
        add(
                "large-page.pxi",
                NotPxiException.class,
                place -> sparse(place, latin1("<html>" + " ".repeat(1000))),
                "HTML");
    }

    private static void sparse(Path place, byte[] head) throws IOException {
        Files.write(place, head);
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(place.toFile(), "rw")) {
            file.setLength(1L << 40); // takes no room on the disk
        }
    }

    private static void makePipe(Path place) throws IOException, InterruptedException {
        Process mkfifo = new ProcessBuilder("mkfifo", place.toString()).start();
        if (!mkfifo.waitFor(10, TimeUnit.SECONDS) || mkfifo.exitValue() != 0) {
            throw new IOException("mkfifo failed");
        }
    }

    private void not(String name, byte[] bytes, String... words) {
        add(name, NotPxiException.class, bytes, words);
    }

    private void truncated(String name, byte[] bytes, String... words) {
        add(name, TruncatedPxiException.class, bytes, words);
    }

    private void invalid(String name, byte[] bytes, String... words) {
        add(name, InvalidContentException.class, bytes, words);
    }

    private void place(String name, String word, Attack.Maker maker) {
        add(name, UnreadableFileException.class, maker, word);
    }

    private void add(String name, Class<? extends PxiException> expected, byte[] bytes, String... words) {
        add(name, expected, place -> Files.write(place, bytes), words);
    }

    private void add(String name, Class<? extends PxiException> expected, Attack.Maker maker, String... words) {
        all.add(new Attack(name, expected, List.of(words), maker));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
