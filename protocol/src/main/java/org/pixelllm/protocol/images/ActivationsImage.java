package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/**
 * What one layer of a model computed, {@code activations_L0.pxi} and so on, to the bit: a row for each position, two
 * pixels for each value. A value is 32 bits of IEEE 754, as programs keep their numbers: the low 24 bits in R, G and B of
 * the first pixel, lowest first, the high 8 in R of the second, whose G and B are 0. NaN and infinities are values too.
 *
 * @param rows positions, 1 to {@link PngLimits#MAX_PROTOCOL_HEIGHT}
 * @param columns values of a position, 1 to {@link #MAX_COLUMNS}
 * @param values not copied // [rows, columns]
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode go by content
public record ActivationsImage(int rows, int columns, float[] values) implements PxiImage.OfValues {

    /** The kind's name, and the beginning of its files'. */
    public static final String NAME = "activations";

    /** The most values of one position. */
    public static final int MAX_COLUMNS = PngLimits.MAX_PROTOCOL_WIDTH / 2;

    /** The most values of one image: 2,048 positions of 4,096 values. */
    public static final int MAX_VALUES = 1 << 23;

    /** The largest picture of this kind: 48 MiB of samples. */
    public static final PngLimits LIMITS =
            new PngLimits(PngLimits.MAX_PROTOCOL_WIDTH, PngLimits.MAX_PROTOCOL_HEIGHT, 2L * MAX_VALUES);

    /** The largest file of this kind: more than its most pixels take uncompressed. */
    public static final long MAX_FILE_BYTES = 64L << 20;

    private static final String HOW =
            "Is this the activations_L0.pxi that you meant? `pixel-llm look --activations` writes it.";

    public ActivationsImage {
        if (rows < 1
                || columns < 1
                || rows > PngLimits.MAX_PROTOCOL_HEIGHT
                || columns > MAX_COLUMNS
                || rows > mostRows(columns)
                || values.length != rows * columns) {
            throw new IllegalArgumentException(
                    "1 to %d columns and at most %d values, not %d rows of %d columns with %d values"
                            .formatted(MAX_COLUMNS, MAX_VALUES, rows, columns, values.length));
        }
    }

    /** How many rows an image of this many columns may have. */
    public static int mostRows(int columns) {
        return Math.min(PngLimits.MAX_PROTOCOL_HEIGHT, MAX_VALUES / columns);
    }

    /** Reads activations from a file. */
    public static ActivationsImage read(Path file) throws PxiException {
        return decode(PxiKind.ACTIVATIONS.open(file), file.toString());
    }

    /**
     * Reads the values off a picture, whether or not its text names it.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException the picture has an odd width or is too large, or unused samples of a pixel are not 0
     */
    public static ActivationsImage decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        int columns = pixels.width() / 2;
        int rows = pixels.height();
        boolean tooLarge = columns > MAX_COLUMNS || columns == 0 || rows > mostRows(columns);
        if (PxiKind.ACTIVATIONS.isDeniedBy(png) || pixels.width() % 2 != 0 || tooLarge) {
            throw invalid(
                    file,
                    "picture",
                    "activations, two pixels for each value, at most " + MAX_VALUES + " values",
                    PxiKind.describe(png));
        }
        float[] values = new float[rows * columns];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                if (pixels.green(2 * x + 1, y) != 0 || pixels.blue(2 * x + 1, y) != 0) {
                    throw invalid(
                            file,
                            Pixels.place(2 * x + 1, y),
                            "green and blue 0 in the second pixel of a value",
                            "green " + pixels.green(2 * x + 1, y) + ", blue " + pixels.blue(2 * x + 1, y));
                }
                int bits = pixels.red(2 * x, y)
                        | pixels.green(2 * x, y) << 8
                        | pixels.blue(2 * x, y) << 16
                        | pixels.red(2 * x + 1, y) << 24;
                values[y * columns + x] = Float.intBitsToFloat(bits);
            }
        }
        return new ActivationsImage(rows, columns, values);
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, HOW));
    }

    @Override
    public PxiKind kind() {
        return PxiKind.ACTIVATIONS;
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("positions", rows);
        facts.put("values of each", columns);
        return facts;
    }

    /** The image. // [rows, 2 · columns, 3] */
    @Override
    public Pixels toPixels() {
        Pixels pixels = Pixels.black(2 * columns, rows);
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            int x = 2 * (i % columns);
            pixels.set(x, i / columns, bits, bits >> 8, bits >> 16);
            pixels.set(x + 1, i / columns, bits >> 24, 0, 0);
        }
        return pixels;
    }

    /** Equal where every value has the same bits. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof ActivationsImage that) || rows != that.rows || columns != that.columns) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits(that.values[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 31 * rows + columns;
        for (float value : values) {
            hash = 31 * hash + Float.floatToRawIntBits(value);
        }
        return hash;
    }

    @Override
    public String toString() {
        return "ActivationsImage[" + rows + " x " + columns + "]";
    }
}
