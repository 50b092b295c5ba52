package org.pixelllm.protocol.images;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngReader;

/**
 * The outputs of version 2. A column of its own comes first, whose upper pixel is (kind, beams, 2) and whose others are
 * black. After it each row of tokens has two rows of pixels: the ids in R, G and B, and below them the confidences as greys.
 */
final class WideRows {

    /** The most beams, which one byte counts. */
    static final int MAX_BEAMS = 255;

    /** The kinds by their numbers, from 1. */
    private static final List<PxiKind> KINDS =
            List.of(PxiKind.PREDICTION, PxiKind.SEQUENCE, PxiKind.BEAMS, PxiKind.SCORES);

    private static final int WHITE = 0xFF_FF_FF;

    private WideRows() {}

    /** What the first pixel of a picture says that it is; null where that is no output of version 2. */
    static @Nullable PxiKind kind(Pixels pixels) {
        for (PxiKind kind : KINDS) {
            byte[] first = first(kind, pixels.height());
            if (first != null
                    && pixels.red(0, 0) == first[0]
                    && pixels.green(0, 0) == (first[1] & 0xFF)
                    && pixels.blue(0, 0) == first[2]) {
                return kind;
            }
        }
        return null;
    }

    /** Whether the whole first column is that of an output of version 2. */
    static boolean isOne(Pixels pixels) {
        for (int y = 1; y < pixels.height(); y++) {
            if (colour(pixels, 0, y) != 0) {
                return false;
            }
        }
        return kind(pixels) != null;
    }

    /**
     * Whether a picture's first pixel may be that of an output of version 2, as far as it can be told without its pixels.
     *
     * @throws PxiException its data are unsound, or the pixel is no opaque 8-bit colour
     */
    static boolean mayBeginOne(PngReader picture) throws PxiException {
        for (PxiKind kind : KINDS) {
            byte[] first = first(kind, picture.height());
            if (first != null && picture.mayBeginWith(first)) {
                return true;
            }
        }
        return false;
    }

    /** The first pixel of an output of this height; null where there is none so high. */
    private static byte @Nullable [] first(PxiKind kind, int height) {
        boolean beams = kind == PxiKind.BEAMS;
        if (height % 2 != 0 || height > 2 * (beams ? MAX_BEAMS : 1)) {
            return null;
        }
        return new byte[] {
            (byte) (KINDS.indexOf(kind) + 1), (byte) (beams ? height / 2 : 0), (byte) PxiVersion.V2.number()
        };
    }

    /** The one row of tokens of a picture whose first pixel says that it is of this kind. */
    static List<Prediction> readRow(Png png, String file, String how) throws InvalidContentException {
        return read(png, file, false, how).getFirst();
    }

    /** The beams of a picture whose first pixel says that it holds some. */
    static List<List<Prediction>> readBeams(Png png, String file, String how) throws InvalidContentException {
        return read(png, file, true, how);
    }

    private static List<List<Prediction>> read(Png png, String file, boolean padded, String how)
            throws InvalidContentException {
        Pixels pixels = png.pixels();
        int tokens = pixels.width() - 1;
        if (tokens < 1 || tokens > CharacterTokens.MAX_TOKENS) {
            throw new InvalidContentException(new Fault(
                    file,
                    "picture",
                    "1 to " + CharacterTokens.MAX_TOKENS + " tokens after its first column",
                    PxiKind.describe(png),
                    how));
        }
        for (int y = 1; y < pixels.height(); y++) {
            if (colour(pixels, 0, y) != 0) {
                throw invalid(pixels, 0, y, file, "black below the pixel that names the kind", how);
            }
        }
        List<List<Prediction>> rows = new ArrayList<>();
        for (int y = 0; y < pixels.height(); y += 2) {
            rows.add(readRow(pixels, y, file, padded, how));
        }
        return rows;
    }

    private static List<Prediction> readRow(Pixels pixels, int y, String file, boolean padded, String how)
            throws InvalidContentException {
        List<Prediction> row = new ArrayList<>();
        for (int x = 1; x < pixels.width(); x++) {
            int id = colour(pixels, x, y);
            int confidence = pixels.red(x, y + 1);
            if (colour(pixels, x, y + 1) != confidence * 0x01_01_01) {
                throw invalid(pixels, x, y + 1, file, "a confidence as a grey (R = G = B)", how);
            }
            if (padded && id == WHITE && x > 1) {
                if (confidence != 0) {
                    throw invalid(pixels, x, y + 1, file, "black below white, which is padding", how);
                }
                continue;
            }
            if (id == WHITE) {
                throw invalid(pixels, x, y, file, padded ? "the first token of a beam" : "a token", how);
            }
            if (row.size() < x - 1) {
                throw invalid(
                        pixels,
                        x,
                        y,
                        file,
                        "white above black, the padding after a beam's " + row.size() + " tokens",
                        how);
            }
            row.add(new Prediction(id, confidence));
        }
        return row;
    }

    private static InvalidContentException invalid(
            Pixels pixels, int x, int y, String file, String expected, String how) {
        String found = "(" + pixels.red(x, y) + ", " + pixels.green(x, y) + ", " + pixels.blue(x, y) + ")";
        return new InvalidContentException(new Fault(file, Pixels.place(x, y), expected, found, how));
    }

    /** A pixel as one number: red + 256 · green + 65,536 · blue. */
    static int colour(Pixels pixels, int x, int y) {
        return pixels.redGreen(x, y) + (pixels.blue(x, y) << 16);
    }

    /** Sets a pixel to a number of three bytes. */
    static void setColour(Pixels pixels, int x, int y, int number) {
        pixels.setRedGreen(x, y, number, number >> 16);
    }

    /** The image. // [2 · rows, longest row + 1, 3] */
    static Pixels pixels(PxiKind kind, List<? extends List<Prediction>> rows) {
        int longest = 0;
        for (List<Prediction> row : rows) {
            longest = Math.max(longest, row.size());
        }
        Pixels pixels = Pixels.black(longest + 1, 2 * rows.size());
        int beams = kind == PxiKind.BEAMS ? rows.size() : 0;
        pixels.set(0, 0, KINDS.indexOf(kind) + 1, beams, PxiVersion.V2.number());
        for (int y = 0; y < rows.size(); y++) {
            List<Prediction> row = rows.get(y);
            for (int x = 0; x < longest; x++) {
                if (x < row.size()) {
                    int confidence = row.get(x).confidence();
                    setColour(pixels, x + 1, 2 * y, row.get(x).id());
                    pixels.set(x + 1, 2 * y + 1, confidence, confidence, confidence);
                } else {
                    setColour(pixels, x + 1, 2 * y, WHITE);
                }
            }
        }
        return pixels;
    }
}
