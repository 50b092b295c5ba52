package org.pixelllm.protocol.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/**
 * The likeliest continuations that a beam search found, {@code output_beams.pxi}: a row for each, best first, its pixels
 * as in a {@link SequenceImage}. The picture is as wide as the longest; a shorter row ends in white pixels. White would
 * also be the id 65,535 with confidence 255, so that token is written with 254 at most. Of version 2 each row
 * has two rows of pixels, and the padding is white above black, which no token is.
 *
 * @param version of its pixels
 * @param beams 1 to {@value #MAX_BEAMS} rows, of version 2 one less, of 1 to 65,535 tokens, of at most {@link PngLimits#MAX_PROTOCOL_PIXELS}
 *     pixels
 */
public record BeamsImage(PxiVersion version, List<List<Prediction>> beams) implements PxiImage.OfTokens {

    /** The kind's name, and its file's. */
    public static final String NAME = "output_beams";

    /** The most rows. */
    public static final int MAX_BEAMS = 256;

    private static final String HOW =
            "Is this the output_beams.pxi that you meant? `pixel-llm generate --beams` writes it.";
    private static final Prediction PADDING = new Prediction(PxiVersion.V1.maxId(), 255);
    private static final Prediction INSTEAD = new Prediction(PxiVersion.V1.maxId(), 254);

    public BeamsImage {
        if (beams.isEmpty() || beams.size() > most(version)) {
            throw new IllegalArgumentException(beams.size() + " beams: expected 1 to " + most(version));
        }
        boolean narrow = version == PxiVersion.V1;
        List<List<Prediction>> rows = new ArrayList<>();
        for (List<Prediction> beam : beams) {
            rows.add(TokenRows.require(
                    version,
                    beam.stream()
                            .map(token -> narrow && token.equals(PADDING) ? INSTEAD : token)
                            .toList(),
                    "a beam"));
        }
        beams = List.copyOf(rows);
        long pixels = narrow ? (long) width(beams) * beams.size() : (width(beams) + 1L) * 2 * beams.size();
        if (pixels > PngLimits.MAX_PROTOCOL_PIXELS) {
            throw new IllegalArgumentException(beams.size() + " beams of up to " + width(beams)
                    + " tokens: expected at most " + PngLimits.MAX_PROTOCOL_PIXELS + " pixels");
        }
    }

    /** Beams of version 1. */
    public BeamsImage(List<List<Prediction>> beams) {
        this(PxiVersion.V1, beams);
    }

    /** The most rows of a version's image: version 2 counts them in one byte. */
    public static int most(PxiVersion version) {
        return switch (version) {
            case V1 -> MAX_BEAMS;
            case V2 -> WideRows.MAX_BEAMS;
        };
    }

    private static int width(List<List<Prediction>> beams) {
        return beams.stream().mapToInt(List::size).max().orElse(0);
    }

    /** Reads beams from a file. */
    public static BeamsImage read(Path file) throws PxiException {
        return decode(PxiKind.BEAMS.open(file), file.toString());
    }

    /**
     * Reads the beams off a picture, whether or not its text names it.
     *
     * @param file the name that messages begin with
     * @throws InvalidContentException the picture is too high or too wide, a row has no token or one after its padding,
     *     no row fills the width, or the picture says that it is something else
     */
    public static BeamsImage decode(Png png, String file) throws PxiException {
        Pixels pixels = png.pixels();
        boolean wide = PxiKind.BEAMS.isWide(png);
        boolean another = !wide && PxiKind.of(png) != PxiKind.BEAMS && WideRows.isOne(pixels);
        if ((!wide && pixels.height() > MAX_BEAMS) || another || PxiKind.BEAMS.isDeniedBy(png)) {
            throw invalid(file, "picture", "output beams, 1 to " + MAX_BEAMS + " pixels high", PxiKind.describe(png));
        }
        if ((long) pixels.width() * pixels.height() > PngLimits.MAX_PROTOCOL_PIXELS) {
            throw invalid(
                    file,
                    "picture",
                    "output beams of at most " + PngLimits.MAX_PROTOCOL_PIXELS + " pixels",
                    PxiKind.describe(png));
        }
        if (wide) {
            return wide(png, file);
        }
        TokenRows.requireWidth(png, file, "output beams", HOW);
        List<List<Prediction>> beams = new ArrayList<>();
        for (int y = 0; y < pixels.height(); y++) {
            beams.add(row(pixels, y, file));
        }
        requireFull(beams, pixels.width(), file);
        return new BeamsImage(beams);
    }

    private static BeamsImage wide(Png png, String file) throws InvalidContentException {
        List<List<Prediction>> beams = WideRows.readBeams(png, file, HOW);
        requireFull(beams, png.pixels().width() - 1, file);
        return new BeamsImage(PxiVersion.V2, beams);
    }

    private static void requireFull(List<List<Prediction>> beams, int columns, String file)
            throws InvalidContentException {
        if (width(beams) < columns) {
            throw invalid(file, "picture", "the width of its longest beam, " + width(beams), "a width of " + columns);
        }
    }

    private static List<Prediction> row(Pixels pixels, int y, String file) throws InvalidContentException {
        List<Prediction> row = new ArrayList<>();
        for (int x = 0; x < pixels.width(); x++) {
            Prediction token = Prediction.read(pixels, x, y);
            boolean ended = row.size() < x;
            if (!token.equals(PADDING)) {
                if (ended) {
                    throw invalid(
                            file,
                            Pixels.place(x, y),
                            "white, the padding after a beam's " + row.size() + " tokens",
                            "token " + token.id());
                }
                row.add(token);
            }
        }
        if (row.isEmpty()) {
            throw invalid(file, Pixels.place(0, y), "the first token of a beam", "white, which is padding");
        }
        return row;
    }

    private static InvalidContentException invalid(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, HOW));
    }

    @Override
    public PxiKind kind() {
        return PxiKind.BEAMS;
    }

    @Override
    public Map<String, Object> facts() {
        return TokenRows.facts("beams", beams.size(), version);
    }

    @Override
    public List<List<Prediction>> tokenRows() {
        return beams;
    }

    /** The image. // [beams, longest beam, 3], in version 2 [2 · beams, longest beam + 1, 3] */
    @Override
    public Pixels toPixels() {
        return switch (version) {
            case V1 -> narrowPixels();
            case V2 -> WideRows.pixels(PxiKind.BEAMS, beams);
        };
    }

    private Pixels narrowPixels() {
        int width = width(beams);
        Pixels pixels = Pixels.black(width, beams.size());
        for (int y = 0; y < beams.size(); y++) {
            List<Prediction> beam = beams.get(y);
            for (int x = 0; x < width; x++) {
                (x < beam.size() ? beam.get(x) : PADDING).write(pixels, x, y);
            }
        }
        return pixels;
    }
}
