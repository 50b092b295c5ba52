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
 * G and the version in B, and each further pixel one id in R and G.
 *
 * @param ids the token ids, 1 to 65,535 of them, each 0 to 65,535; copied in and out
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record TokenImage(int[] ids) implements PxiImage.OfTokens {

    /** The version of the protocol that pixel 0 states. */
    public static final int VERSION = 1;

    /** The highest id that two bytes hold. */
    public static final int MAX_ID = 65_535;

    private static final String HOW = "Write it anew with `pixel-llm encode`, or as docs/protocol.md describes.";

    public TokenImage {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a token image needs at least one token");
        }
        if (ids.length > CharacterTokens.MAX_TOKENS) {
            throw new TooManyTokensException(ids.length);
        }
        ids = ids.clone();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] > MAX_ID) {
                throw new IllegalArgumentException("token " + i + " has id " + ids[i] + ": expected 0 to " + MAX_ID);
            }
        }
    }

    /** Reads a token image from a file. */
    public static TokenImage read(Path file) throws PxiException {
        return decode(PxiKind.TOKENS.open(file), file.toString());
    }

    /**
     * Reads the ids off a picture.
     *
     * @param file the name that messages begin with
     * @throws UnsupportedVersionException pixel 0 states another version than 1
     * @throws InvalidContentException the picture is not a token image, or breaks one of its rules
     */
    public static TokenImage decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        if (pixels.height() != 1 || PxiKind.TOKENS.isDeniedBy(png)) {
            throw invalid(file, "picture", "a token image, 1 pixel high", PxiKind.describe(png));
        }
        int count = pixels.redGreen(0, 0);
        int version = pixels.blue(0, 0);
        if (version != VERSION) {
            throw wrongVersion(png, count, version, file);
        }
        if (count == 0) {
            throw invalid(file, "pixel 0", "a count of 1 to 65535 tokens", "0 tokens");
        }
        if (count != pixels.width() - 1) {
            throw wrongCount(pixels, count, file);
        }
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = pixels.redGreen(i + 1, 0);
            if (pixels.blue(i + 1, 0) != 0) {
                throw invalid(
                        file,
                        "pixel " + (i + 1),
                        "blue 0, which version 1 does not use",
                        "blue " + pixels.blue(i + 1, 0));
            }
        }
        return new TokenImage(ids);
    }

    private static PxiException wrongVersion(Png png, int count, int version, String file) {
        Pixels pixels = png.pixels();
        // A count that fits the width is a token image of another version, whatever else it may resemble.
        if (count != pixels.width() - 1 && PredictionImage.looksLike(pixels)) {
            return invalid(file, "picture", "a token image", PxiKind.describe(png));
        }
        return new UnsupportedVersionException(new Fault(
                file,
                "pixel 0",
                "version 1 in blue",
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
        if (pixels.height() != 1 || width < 2 || pixels.blue(0, 0) != VERSION || pixels.redGreen(0, 0) != width - 1) {
            return false;
        }
        for (int x = 1; x < width; x++) {
            if (pixels.blue(x, 0) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Checks that a model knows every id.
     *
     * @param vocabulary how many ids the model has
     * @param file the name that the message begins with
     * @throws ModelMismatchException an id is not below {@code vocabulary}
     */
    public void requireVocabulary(int vocabulary, String file) throws ModelMismatchException {
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
        return Map.of("tokens", count());
    }

    @Override
    public List<List<Prediction>> tokenRows() {
        return List.of(Arrays.stream(ids).mapToObj(id -> new Prediction(id, 0)).toList());
    }

    /** The image, one row. // [1, count + 1, 3] */
    @Override
    public Pixels toPixels() {
        Pixels pixels = Pixels.black(ids.length + 1, 1);
        pixels.setRedGreen(0, 0, ids.length, VERSION);
        for (int i = 0; i < ids.length; i++) {
            pixels.setRedGreen(i + 1, 0, ids[i], 0);
        }
        return pixels;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenImage that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "TokenImage" + Arrays.toString(ids);
    }
}
