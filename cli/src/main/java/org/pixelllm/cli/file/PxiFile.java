package org.pixelllm.cli.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.forge.importer.v0.V0Importer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.ProgramImage;

/**
 * A file of any kind that Pixel-LLM knows.
 *
 * @param kind what it is
 * @param decoded its pixels, or null for a cartridge that is mapped instead
 */
public record PxiFile(Kind kind, @Nullable Png decoded) {

    private static final PngLimits LIMITS = new PngLimits(1 << 16, 1 << 24, 1L << 28);
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
        return new PxiFile(new Kind.Image(kind), kind.claim(PxiFiles.read(file, LIMITS, MAX_BYTES)));
    }

    public static PxiFile read(Path file) throws PxiException {
        if (Cartridge.isMappable(file)) {
            return new PxiFile(Kind.Other.CARTRIDGE, null);
        }
        Png png = PxiFiles.read(file, LIMITS, MAX_BYTES);
        return new PxiFile(kind(file, png), png);
    }

    /** Any file as a picture, decoded. */
    public static Png image(Path file) throws PxiException {
        return PxiFiles.read(file, LIMITS, MAX_BYTES);
    }

    private static Kind kind(Path file, Png png) {
        if (ProgramImage.matches(png.pixels())) {
            return Kind.Other.PROGRAM;
        }
        if (Cartridge.matches(png.pixels())) {
            return Kind.Other.CARTRIDGE;
        }
        if (Files.exists(V0Importer.metaOf(file))) {
            return Kind.Other.V0_WEIGHTS;
        }
        return new Kind.Image(PxiKind.of(png));
    }

    /** The pixels of a file that is no mapped cartridge. */
    public Png png() {
        if (decoded == null) {
            throw new IllegalStateException("a mapped cartridge is not decoded");
        }
        return decoded;
    }
}
