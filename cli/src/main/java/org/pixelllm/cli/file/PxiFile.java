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
    public enum Kind {
        TOKENS("a token image"),
        PREDICTION("a prediction"),
        HEATMAP("a heat map"),
        SEQUENCE("an output sequence"),
        BEAMS("output beams"),
        SCORES("prompt scores"),
        ATTENTION("an attention map"),
        ACTIVATIONS("activations"),
        VIEW("a view for eyes"),
        PROGRAM("a program"),
        CARTRIDGE("a cartridge"),
        V0_WEIGHTS("weights of the original implementation"),
        PICTURE("a picture that is no Pixel-LLM file");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** What {@code --as} may say: the kinds that pixels alone may not tell. */
    private static final Map<String, Kind> NAMES = names();

    private static Map<String, Kind> names() {
        Map<String, Kind> names = new LinkedHashMap<>();
        names.put("tokens", Kind.TOKENS);
        names.put("prediction", Kind.PREDICTION);
        names.put("heatmap", Kind.HEATMAP);
        names.put("sequence", Kind.SEQUENCE);
        names.put("beams", Kind.BEAMS);
        names.put("scores", Kind.SCORES);
        names.put("attention", Kind.ATTENTION);
        names.put("activations", Kind.ACTIVATIONS);
        return names;
    }

    /** The option that names a file's kind. */
    public static Command.Value<String> asOption(Command command) {
        return command.optionalText(
                "KIND", "What the image is, where it cannot tell: " + String.join(", ", NAMES.keySet()) + ".", "--as");
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
        Kind kind = NAMES.get(as);
        if (kind == null) {
            throw new UsageException("--as: expected " + String.join(", ", NAMES.keySet()) + ", found " + as + ".");
        }
        Png png = PxiFiles.read(file, LIMITS, MAX_BYTES);
        Map<String, String> text = new LinkedHashMap<>(png.text());
        text.remove(PxiKind.KEYWORD);
        return new PxiFile(kind, new Png(png.pixels(), text));
    }

    public static PxiFile read(Path file) throws PxiException {
        if (Cartridge.isMappable(file)) {
            return new PxiFile(Kind.CARTRIDGE, null);
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
            return Kind.PROGRAM;
        }
        if (Cartridge.matches(png.pixels())) {
            return Kind.CARTRIDGE;
        }
        if (Files.exists(V0Importer.metaOf(file))) {
            return Kind.V0_WEIGHTS;
        }
        return switch (PxiKind.of(png)) {
            case TOKENS -> Kind.TOKENS;
            case PREDICTION -> Kind.PREDICTION;
            case HEATMAP -> Kind.HEATMAP;
            case SEQUENCE -> Kind.SEQUENCE;
            case BEAMS -> Kind.BEAMS;
            case SCORES -> Kind.SCORES;
            case ATTENTION -> Kind.ATTENTION;
            case ACTIVATIONS -> Kind.ACTIVATIONS;
            case VIEW -> Kind.VIEW;
            case OTHER -> Kind.PICTURE;
        };
    }

    /** The pixels of a file that is no mapped cartridge. */
    public Png png() {
        if (decoded == null) {
            throw new IllegalStateException("a mapped cartridge is not decoded");
        }
        return decoded;
    }
}
