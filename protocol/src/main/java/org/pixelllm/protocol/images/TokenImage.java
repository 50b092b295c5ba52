package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;

/**
 * The input of the protocol, {@code input_tokens.pxi}: one row, of which pixel 0 states the number of tokens in R and
 * G and the version in B, and each further pixel one id: in R and G, in version 2 in B too.
 *
 * @param version of its pixels
 * @param ids the token ids, 1 to 65,535 of them, each at most what the version holds; copied in and out
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record TokenImage(PxiVersion version, int[] ids) implements PxiImage.OfTokens {

    private static final String HOW = "Write it anew with `pixel-llm encode`, or as docs/protocol.md describes.";

    /** What to do about a question of version 1 that only one of version 2 can have an answer to. */
    public static final String ASK_WIDE = "Ask in version 2: `pixel-llm encode -c` with this model writes it.";

    public TokenImage {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a token image needs at least one token");
        }
        if (ids.length > CharacterTokens.MAX_TOKENS) {
            throw new TooManyTokensException(ids.length);
        }
        ids = ids.clone();
        for (int i = 0; i < ids.length; i++) {
            if (!version.holds(ids[i])) {
                throw new IllegalArgumentException(
                        "token " + i + " has id " + ids[i] + ": expected 0 to " + version.maxId());
            }
        }
    }

    /** Tokens of version 1. */
    public TokenImage(int[] ids) {
        this(PxiVersion.V1, ids);
    }

    /** Reads a token image from a file. */
    public static TokenImage read(Path file) throws PxiException {
        return decode(PxiKind.TOKENS.open(file), file.toString());
    }

    /**
     * Reads the ids off a picture.
     *
     * @param file the name that messages begin with
     * @throws UnsupportedVersionException pixel 0 states a version that there is not
     * @throws InvalidContentException the picture is not a token image, or breaks one of its rules
     */
    public static TokenImage decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        if (pixels.height() != 1 || PxiKind.TOKENS.isDeniedBy(png)) {
            throw invalid(file, "picture", "a token image, 1 pixel high", PxiKind.describe(png));
        }
        int count = pixels.redGreen(0, 0);
        PxiVersion version = PxiVersion.numbered(pixels.blue(0, 0));
        // A count that fits the width is a token image, whatever else it may resemble.
        boolean other = version != PxiVersion.V1 && count != pixels.width() - 1 && PredictionImage.looksLike(pixels);
        if (other) {
            throw invalid(file, "picture", "a token image", PxiKind.describe(png));
        }
        if (version == null) {
            throw unsupported(pixels.blue(0, 0), "version 1 or 2 in blue", file);
        }
        if (count == 0) {
            throw invalid(file, "pixel 0", "a count of 1 to 65535 tokens", "0 tokens");
        }
        if (count != pixels.width() - 1) {
            throw wrongCount(pixels, count, file);
        }
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = WideRows.colour(pixels, i + 1, 0);
            if (!version.holds(ids[i])) {
                throw switch (version) {
                    case V1 ->
                        invalid(
                                file,
                                "pixel " + (i + 1),
                                "blue 0, which version 1 does not use",
                                "blue " + pixels.blue(i + 1, 0));
                    case V2 -> invalid(file, "pixel " + (i + 1), "a token id", "white, which is none");
                };
            }
        }
        return new TokenImage(version, ids);
    }

    private static UnsupportedVersionException unsupported(int version, String expected, String file) {
        return new UnsupportedVersionException(new Fault(
                file,
                "pixel 0",
                expected,
                "version " + version,
                "If this is a token image, it was written for another version of the protocol. " + HOW));
    }

    private static InvalidContentException wrongCount(Pixels pixels, int count, String file) {
        int present = pixels.width() - 1;
        return count < present
                ? invalid(
                        file,
                        "pixel " + (count + 1),
                        "the end of the picture after the " + count + " tokens that pixel 0 counts",
                        (present - count) + " trailing pixels")
                : invalid(file, "pixel 0", "a count of " + present + ", the pixels after it", "a count of " + count);
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, HOW));
    }

    static boolean looksLike(Pixels pixels) {
        int width = pixels.width();
        PxiVersion version = PxiVersion.numbered(pixels.blue(0, 0));
        if (pixels.height() != 1 || width < 2 || version == null || pixels.redGreen(0, 0) != width - 1) {
            return false;
        }
        for (int x = 1; x < width; x++) {
            if (!version.holds(WideRows.colour(pixels, x, 0))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Checks that a model reads this version and knows every id. One that speaks version 2 reads version 1, too.
     *
     * @param vocabulary how many ids the model has
     * @param file the name that the message begins with
     * @throws UnsupportedVersionException the image is of version 2, and the model speaks version 1 alone
     * @throws ModelMismatchException an id is not below {@code vocabulary}
     */
    public void requireVocabulary(int vocabulary, String file) throws PxiException {
        if (version != PxiVersion.V1 && PxiVersion.of(vocabulary) == PxiVersion.V1) {
            throw unsupported(version.number(), "version 1 in blue", file);
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= vocabulary) {
                throw new ModelMismatchException(new Fault(
                        file,
                        "pixel " + (i + 1),
                        "a token id below " + vocabulary + ", the model's vocabulary",
                        "token id " + ids[i],
                        "Encode the text with this model's tokenizer, or use the model that it was encoded for."));
            }
        }
    }

    /**
     * Checks the same, and that the model's own tokens can be told in this version, which is what answers of many tokens need.
     *
     * @param vocabulary how many ids the model has
     * @param file the name that the message begins with
     * @throws PxiException as {@link #requireVocabulary} says, or a {@link ModelMismatchException} where the image is of version
     *     1 and the model speaks version 2
     */
    public void requireVersion(int vocabulary, String file) throws PxiException {
        requireVocabulary(vocabulary, file);
        PxiVersion spoken = PxiVersion.of(vocabulary);
        if (version != spoken) {
            throw new ModelMismatchException(new Fault(
                    file,
                    "pixel 0",
                    "version " + spoken.number() + " in blue, since this model has " + vocabulary + " token ids",
                    "version " + version.number(),
                    ASK_WIDE));
        }
    }

    @Override
    public int[] ids() {
        return ids.clone();
    }

    /** How many tokens there are. */
    public int count() {
        return ids.length;
    }

    @Override
    public PxiKind kind() {
        return PxiKind.TOKENS;
    }

    @Override
    public Map<String, Object> facts() {
        return TokenRows.facts("tokens", count(), version);
    }

    @Override
    public List<List<Prediction>> tokenRows() {
        return List.of(Arrays.stream(ids).mapToObj(id -> new Prediction(id, 0)).toList());
    }

    /** The image, one row. // [1, count + 1, 3] */
    @Override
    public Pixels toPixels() {
        Pixels pixels = Pixels.black(ids.length + 1, 1);
        pixels.setRedGreen(0, 0, ids.length, version.number());
        for (int i = 0; i < ids.length; i++) {
            WideRows.setColour(pixels, i + 1, 0, ids[i]);
        }
        return pixels;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenImage that && version == that.version && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return 31 * version.number() + Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return (version == PxiVersion.V1 ? "TokenImage" : "TokenImage 2 ") + Arrays.toString(ids);
    }
}
