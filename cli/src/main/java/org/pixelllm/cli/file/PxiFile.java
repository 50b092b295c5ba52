package org.pixelllm.cli.file;

import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.forge.importer.v0.V0Importer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.SeenPicture;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.ProgramImage;

/**
 * A file of any kind that Pixel-LLM knows.
 *
 * @param path the file
 * @param kind what it is
 * @param picture its size and text, or null for a cartridge that is mapped
 * @param decoded its pixels where they are data: not of a cartridge, nor of a picture for eyes or of somebody else's
 */
public record PxiFile(
        Path path,
        Kind kind,
        @Nullable Picture picture,
        @Nullable Png decoded) {

    /** The widest picture that is looked at, and that {@code view} makes. */
    static final int MAX_WIDTH = 1 << 20;

    /** The largest picture that is looked at: a re-encoded cartridge may have the most pixels. */
    private static final PngLimits SEEN = new PngLimits(MAX_WIDTH, Integer.MAX_VALUE, PngLimits.ARRAY_PIXELS);

    /** The largest picture without data whose pixels are all checked. */
    private static final PngLimits CHECKED = new PngLimits(MAX_WIDTH, 1 << 24, 1L << 28);

    /** The largest picture without data whose pixels are taken into memory. */
    private static final PngLimits HELD = new PngLimits(MAX_WIDTH, 1 << 24, 1L << 23);

    private static final long MAX_BYTES = 1L << 30;

    /** What a file is. */
    public sealed interface Kind {

        /** What to call such a file in a sentence. */
        String words();

        /** An image of the protocol or of its extensions, or a foreign picture. */
        record Image(PxiKind kind) implements Kind {

            @Override
            public String words() {
                return kind.words();
            }
        }

        /** What other rooms keep in files. */
        enum Other implements Kind {
            PROGRAM("a program"),
            CARTRIDGE("a cartridge"),
            V0_WEIGHTS("weights of the original implementation");

            private final String words;

            Other(String words) {
                this.words = words;
            }

            @Override
            public String words() {
                return words;
            }
        }
    }

    /** What {@code --as} may say, and what it means. */
    private static Map<String, PxiKind> words() {
        Map<String, PxiKind> words = new LinkedHashMap<>();
        for (PxiKind kind : PxiKind.values()) {
            if (!kind.word().isEmpty()) {
                words.put(kind.word(), kind);
            }
        }
        return words;
    }

    /** The option that names a file's kind. */
    public static Command.Value<String> asOption(Command command) {
        return command.optionalText(
                "KIND",
                "What the image is, where it cannot tell: " + String.join(", ", words().keySet()) + ".",
                "--as");
    }

    /**
     * Reads a file as what it is, or as what somebody says it is.
     *
     * @param as what {@code --as} said, or null
     */
    public static PxiFile read(Path file, @Nullable String as) throws PxiException {
        if (as == null) {
            return read(file);
        }
        PxiKind kind = words().get(as);
        if (kind == null) {
            throw new UsageException("--as: expected " + String.join(", ", words().keySet()) + ", found " + as + ".");
        }
        try (PngFile open = open(file)) {
            Png png = kind.claim(kind.pixels(open.png()));
            return new PxiFile(file, new Kind.Image(kind), Picture.of(open.png()), png);
        }
    }

    public static PxiFile read(Path file) throws PxiException {
        if (Cartridge.isMappable(file)) {
            return new PxiFile(file, Kind.Other.CARTRIDGE, null, null);
        }
        try (PngFile open = open(file)) {
            PngReader png = open.png();
            Picture picture = Picture.of(png);
            Png program = ProgramImage.decode(png);
            if (program != null) {
                return new PxiFile(file, Kind.Other.PROGRAM, picture, program);
            }
            if (Cartridge.mayBe(png)) {
                return new PxiFile(file, Kind.Other.CARTRIDGE, picture, null);
            }
            if (Files.exists(V0Importer.metaOf(file))) {
                png.check(CHECKED);
                return new PxiFile(file, Kind.Other.V0_WEIGHTS, picture, null);
            }
            SeenPicture seen = SeenPicture.of(png, CHECKED);
            return new PxiFile(file, new Kind.Image(seen.kind()), picture, seen.png());
        }
    }

    /** Any file as a picture, whose pixels are not yet in memory. */
    @MustBeClosed
    static PngFile open(Path file) throws PxiException {
        return PngFile.open(file, SEEN, MAX_BYTES);
    }

    /**
     * The pixels of a file that is no cartridge.
     *
     * @throws PxiException they are more than is compared of a picture that holds no data
     */
    public Png png() throws PxiException {
        if (decoded != null) {
            return decoded;
        }
        if (kind == Kind.Other.CARTRIDGE) {
            throw new IllegalStateException("a cartridge is opened, not decoded");
        }
        try (PngFile open = open(path)) {
            return open.png().decode(HELD);
        }
    }

    /**
     * What is known of a picture without its pixels.
     *
     * @param text its {@code tEXt} entries
     */
    public record Picture(int width, int height, Map<String, String> text) {

        private static Picture of(PngReader png) {
            return new Picture(png.width(), png.height(), png.text());
        }
    }
}
