package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/**
 * How one attention head of a model looks back, {@code attention.pxi}: a row for each query position, a column for each
 * key position, R = G = B = the floor of 255 times the weight. A token never looks ahead: above the diagonal all is 0.
 *
 * <p>A map of more positions than {@link #MAX_SIDE} is cut into tiles of that side; the text entry {@value #TILE} says
 * where a tile begins.
 *
 * @param row the position of the first row
 * @param column the position of the first column
 * @param height rows
 * @param width columns
 * @param grey 0 to 255 as bytes, row by row, 0 above the diagonal, at most 255 in a row; not copied // [height, width]
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record AttentionImage(int row, int column, int height, int width, byte[] grey) implements PxiImage.OfGreys {

    /** The kind's name, and its file's. */
    public static final String NAME = "attention";

    /** The most positions on a side: the largest square within {@link PngLimits#MAX_PROTOCOL_PIXELS}. */
    public static final int MAX_SIDE = 2048;

    /** The most positions that a tile may begin at. */
    public static final int MAX_POSITION = 1 << 24;

    /** The text entry of a tile: {@code row,column} of its first pixel. */
    public static final String TILE = "Tile";

    private static final Pattern PLACE = Pattern.compile("(\\d{1,8}),(\\d{1,8})");
    private static final String HOW =
            "Is this the attention.pxi that you meant? `pixel-llm look --attention L,H` writes it.";

    public AttentionImage {
        if (row < 0
                || column < 0
                || row > MAX_POSITION
                || column > MAX_POSITION
                || height < 1
                || width < 1
                || height > MAX_SIDE
                || width > MAX_SIDE
                || grey.length != height * width) {
            throw new IllegalArgumentException(
                    "a tile of 1 to %d positions a side with a byte for each, not %d x %d at %d,%d with %d bytes"
                            .formatted(MAX_SIDE, width, height, row, column, grey.length));
        }
        for (int y = 0; y < height; y++) {
            int sum = 0;
            for (int x = 0; x < width; x++) {
                int value = grey[y * width + x] & 0xFF;
                if (value != 0 && column + x > row + y) {
                    throw new IllegalArgumentException(Pixels.place(x, y) + ": no token looks ahead");
                }
                sum += value;
            }
            if (sum > 255) {
                throw new IllegalArgumentException("row " + y + ": weights sum to at most 255, not " + sum);
            }
        }
    }

    /**
     * The grey of a weight.
     *
     * @param weight 0 to 1
     * @throws IllegalArgumentException if it is not
     */
    public static int grey(double weight) {
        if (!(weight >= 0 && weight <= 1)) {
            throw new IllegalArgumentException("attention weight " + weight + ": expected a number from 0 to 1");
        }
        return (int) Math.floor(255 * weight);
    }

    /** Reads a map from a file. */
    public static AttentionImage read(Path file) throws PxiException {
        return decode(PxiKind.ATTENTION.open(file), file.toString());
    }

    /**
     * Reads the weights off a picture, whether or not its text names it.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException the picture is not square and no tile, a pixel is not grey, a token looks ahead, or
     *     the weights of a row are more than 1
     */
    public static AttentionImage decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        String place = png.text().get(TILE);
        boolean tooLarge = pixels.width() > MAX_SIDE || pixels.height() > MAX_SIDE;
        if (PxiKind.ATTENTION.isDeniedBy(png) || tooLarge || (place == null && pixels.width() != pixels.height())) {
            throw invalid(
                    file,
                    "picture",
                    "an attention map, as high as wide and at most " + MAX_SIDE + " pixels, or a tile of one",
                    PxiKind.describe(png));
        }
        int row = 0;
        int column = 0;
        if (place != null) {
            Matcher matcher = PLACE.matcher(place);
            if (!matcher.matches()) {
                throw invalid(file, "text entry " + TILE, "two positions such as 2048,0", place);
            }
            row = Integer.parseInt(matcher.group(1));
            column = Integer.parseInt(matcher.group(2));
            if (row > MAX_POSITION || column > MAX_POSITION) {
                throw invalid(file, "text entry " + TILE, "positions of at most " + MAX_POSITION, place);
            }
        }
        byte[] grey = new byte[pixels.width() * pixels.height()];
        for (int y = 0; y < pixels.height(); y++) {
            int sum = 0;
            for (int x = 0; x < pixels.width(); x++) {
                int value = pixels.red(x, y);
                if (value != pixels.green(x, y) || value != pixels.blue(x, y)) {
                    throw invalid(
                            file,
                            Pixels.place(x, y),
                            "a grey pixel (R = G = B)",
                            "(" + value + ", " + pixels.green(x, y) + ", " + pixels.blue(x, y) + ")");
                }
                if (value != 0 && column + x > row + y) {
                    throw invalid(
                            file, Pixels.place(x, y), "0 above the diagonal: no token looks ahead", "grey " + value);
                }
                grey[y * pixels.width() + x] = (byte) value;
                sum += value;
            }
            if (sum > 255) {
                throw invalid(file, "row " + y, "weights that sum to at most 255", "a sum of " + sum);
            }
        }
        return new AttentionImage(row, column, pixels.height(), pixels.width(), grey);
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, HOW));
    }

    /** Whether this is one of several tiles. */
    public boolean isTile() {
        return row > 0 || column > 0 || height != width;
    }

    /** The grey of a cell, 0 to 255, by its place in this image. */
    public int value(int x, int y) {
        return grey[y * width + x] & 0xFF;
    }

    @Override
    public PxiKind kind() {
        return PxiKind.ATTENTION;
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("queries", "positions " + row + " to " + (row + height - 1));
        facts.put("keys", "positions " + column + " to " + (column + width - 1));
        return facts;
    }

    /** The image. // [height, width, 3] */
    @Override
    public Pixels toPixels() {
        Pixels pixels = Pixels.black(width, height);
        for (int i = 0; i < grey.length; i++) {
            Arrays.fill(pixels.rgb(), 3 * i, 3 * i + 3, grey[i]);
        }
        return pixels;
    }

    /** The image as a PNG file, named in its text, which also says where a tile begins. */
    @Override
    public byte[] toPng(Map<String, String> text) {
        Map<String, String> all = new LinkedHashMap<>(text);
        if (isTile()) {
            all.put(TILE, row + "," + column);
        }
        return PxiImage.OfGreys.super.toPng(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AttentionImage that
                && row == that.row
                && column == that.column
                && height == that.height
                && width == that.width
                && Arrays.equals(grey, that.grey);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * row + column) + width) + Arrays.hashCode(grey);
    }

    @Override
    public String toString() {
        return "AttentionImage[" + width + " x " + height + " at " + row + "," + column + "]";
    }
}
