package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;

/**
 * What a picture is, one row a kind: its name in the text entry {@value #KEYWORD}, the word by which a caller asks for it,
 * the words that describe it, how large it may be; {@link #decode} has the row's reader.
 *
 * <p>The images of version 1 have no name and are judged by their pixels alone, in the order of the constants. The outputs
 * of version 2 say in their first pixel what they are. The other images of
 * the extensions cannot be told by their pixels, so their writers name them in the text; a picture that has lost its name
 * is read as what the caller says it is.
 */
public enum PxiKind {
    /** A sound token image: {@link TokenImage#decode} accepts it. */
    TOKENS("", "tokens", "a token image"),
    /** One row of distinct ids whose confidences do not increase and sum to about 255. */
    PREDICTION("", "prediction", "a prediction"),
    /** Grey, 32 wide, spanning black to white, or flat. */
    HEATMAP("", "heatmap", "a heat map"),
    /** The tokens of an answer. */
    SEQUENCE(SequenceImage.NAME, "sequence", "an output sequence"),
    /** The likeliest answers. */
    BEAMS(BeamsImage.NAME, "beams", "output beams"),
    /** How probable a prompt was. */
    SCORES(ScoresImage.NAME, "scores", "prompt scores"),
    /** How one attention head looks back. */
    ATTENTION(AttentionImage.NAME, "attention", "an attention map"),
    /** What one layer computed. */
    ACTIVATIONS(
            ActivationsImage.NAME,
            "activations",
            "activations",
            ActivationsImage.LIMITS,
            ActivationsImage.MAX_FILE_BYTES),
    /** A picture for eyes, which holds no data to read back. */
    VIEW(PictureImage.VIEW, "", "a view for eyes"),
    /** Any other picture. */
    OTHER("", "", "a picture that is no Pixel-LLM file");

    /** The text entry that names an extension's image. */
    public static final String KEYWORD = "Kind";

    private final String name;
    private final String word;
    private final String words;
    private final PngLimits limits;
    private final long maxFileBytes;

    /** A kind of the protocol's size. */
    PxiKind(String name, String word, String words) {
        this(name, word, words, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
    }

    PxiKind(String name, String word, String words, PngLimits limits, long maxFileBytes) {
        this.name = name;
        this.word = word;
        this.words = words;
        this.limits = limits;
        this.maxFileBytes = maxFileBytes;
    }

    /**
     * Reads an image of this kind off a picture.
     *
     * @param file the name that messages begin with
     * @throws PxiException the picture is no such image
     */
    public PxiImage decode(Png png, String file) throws PxiException {
        // No method references in the rows: the first one in a fresh JVM costs more than reading an image.
        return switch (this) {
            case TOKENS -> TokenImage.decode(png, file);
            case PREDICTION -> PredictionImage.decode(png, file);
            case HEATMAP -> LogitsHeatmap.decode(png, file);
            case SEQUENCE -> SequenceImage.decode(png, file);
            case BEAMS -> BeamsImage.decode(png, file);
            case SCORES -> ScoresImage.decode(png, file);
            case ATTENTION -> AttentionImage.decode(png, file);
            case ACTIVATIONS -> ActivationsImage.decode(png, file);
            case VIEW, OTHER -> new PictureImage(this, png.pixels());
        };
    }

    /** Judges one picture: by its name, else by its pixels. */
    public static PxiKind of(Png png) {
        PxiKind named = named(png);
        if (named != OTHER) {
            return named;
        }
        Pixels pixels = png.pixels();
        PxiKind wide = WideRows.kind(pixels);
        if (wide != null) {
            return wide;
        }
        if (TokenImage.looksLike(pixels)) {
            return TOKENS;
        }
        if (PredictionImage.looksLike(pixels)) {
            return PREDICTION;
        }
        return LogitsHeatmap.looksLike(pixels) ? HEATMAP : OTHER;
    }

    private static PxiKind named(Png png) {
        return ofName(png.text());
    }

    /** The kind that a picture's text names; OTHER where it names none. */
    static PxiKind ofName(Map<String, String> text) {
        String name = text.getOrDefault(KEYWORD, "");
        for (PxiKind kind : values()) {
            if (!name.isEmpty() && kind.name.equals(name)) {
                return kind;
            }
        }
        return OTHER;
    }

    /** Names a picture for a message, with its size: {@code a 640 x 480 picture}, {@code a heat map (32 x 32)}. */
    static String describe(Png png) {
        String size = png.pixels().width() + " x " + png.pixels().height();
        PxiKind wide = WideRows.kind(png.pixels());
        PxiKind kind = wide != null ? wide : of(png);
        return kind == OTHER ? "a " + size + " picture" : kind.words + " (" + size + ")";
    }

    /** What the text entry {@value #KEYWORD} of such an image says; empty for an image without a name. */
    public String textName() {
        return name;
    }

    /** The word by which a caller says that a picture is of this kind; empty where nobody can. */
    public String word() {
        return word;
    }

    /** What to call such an image in a sentence: {@code a token image}. */
    public String words() {
        return words;
    }

    /**
     * Reads a file as an image of this kind.
     *
     * @throws PxiException the file cannot be read, is larger than this kind may be, or is no such image
     */
    public PxiImage read(Path file) throws PxiException {
        return decode(open(file), file.toString());
    }

    /**
     * The pixels of a picture that is said to be of this kind.
     *
     * @throws PxiException its data are unsound, or it is larger than this kind may be
     */
    public Png pixels(PngReader picture) throws PxiException {
        return picture.decode(limits);
    }

    /** A file as a picture, within the size of this kind. */
    Png open(Path file) throws PxiException {
        return PxiFiles.read(file, limits, maxFileBytes);
    }

    /** Text entries that begin with the name of this kind, where it has one. */
    Map<String, String> named(Map<String, String> text) {
        if (name.isEmpty()) {
            return text;
        }
        Map<String, String> all = new LinkedHashMap<>();
        all.put(KEYWORD, name);
        all.putAll(text);
        all.put(KEYWORD, name);
        return all;
    }

    /** Whether a picture's own text says that it is something else than this. */
    boolean isDeniedBy(Png png) {
        PxiKind named = named(png);
        return named != OTHER && named != this;
    }

    /** Whether a picture is an output of version 2 and of this kind: its first pixel says so, and its text nothing else. */
    boolean isWide(Png png) {
        return WideRows.kind(png.pixels()) == this && !isDeniedBy(png);
    }

    /** Whether a picture without a name has the pixels of a token image. What is named is what its name says. */
    static boolean isNamelessTokens(Png png) {
        return named(png) == OTHER && TokenImage.looksLike(png.pixels());
    }

    /**
     * A picture as one of this kind, on a caller's word: with this kind's name in its text, whatever name was there.
     */
    public Png claim(Png png) {
        Map<String, String> text = new LinkedHashMap<>(png.text());
        text.remove(KEYWORD);
        return new Png(png.pixels(), named(text));
    }
}
