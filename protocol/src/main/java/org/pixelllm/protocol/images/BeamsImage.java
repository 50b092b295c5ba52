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
 * also be the id 65,535 with confidence 255, so that token is written with 254 at most.
 *
 * @param beams 1 to {@value #MAX_BEAMS} rows of 1 to 65,535 tokens, of at most {@link PngLimits#MAX_PROTOCOL_PIXELS}
 *     pixels
 */
public record BeamsImage(List<List<Prediction>> beams) implements PxiImage.OfTokens {

    /** The kind's name, and its file's. */
    public static final String NAME = "output_beams";

    /** The most rows. */
    public static final int MAX_BEAMS = 256;

    private static final String HOW =
            "Is this the output_beams.pxi that you meant? `pixel-llm generate --beams` writes it.";
    private static final Prediction PADDING = new Prediction(TokenImage.MAX_ID, 255);
    private static final Prediction INSTEAD = new Prediction(TokenImage.MAX_ID, 254);

    public BeamsImage {
        if (beams.isEmpty() || beams.size() > MAX_BEAMS) {
            throw new IllegalArgumentException(beams.size() + " beams: expected 1 to " + MAX_BEAMS);
        }
        List<List<Prediction>> rows = new ArrayList<>();
        for (List<Prediction> beam : beams) {
            rows.add(TokenRows.require(
                    beam.stream()
                            .map(token -> token.equals(PADDING) ? INSTEAD : token)
                            .toList(),
                    "a beam"));
        }
        beams = List.copyOf(rows);
        if ((long) width(beams) * beams.size() > PngLimits.MAX_PROTOCOL_PIXELS) {
            throw new IllegalArgumentException(beams.size() + " beams of up to " + width(beams)
                    + " tokens: expected at most " + PngLimits.MAX_PROTOCOL_PIXELS + " pixels");
        }
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
        if (pixels.height() > MAX_BEAMS || PxiKind.BEAMS.isDeniedBy(png)) {
            throw invalid(file, "picture", "output beams, 1 to " + MAX_BEAMS + " pixels high", PxiKind.describe(png));
        }
        if ((long) pixels.width() * pixels.height() > PngLimits.MAX_PROTOCOL_PIXELS) {
            throw invalid(
                    file,
                    "picture",
                    "output beams of at most " + PngLimits.MAX_PROTOCOL_PIXELS + " pixels",
                    PxiKind.describe(png));
        }
        TokenRows.requireWidth(png, file, "output beams", HOW);
        List<List<Prediction>> beams = new ArrayList<>();
        for (int y = 0; y < pixels.height(); y++) {
            beams.add(row(pixels, y, file));
        }
        if (width(beams) < pixels.width()) {
            throw invalid(
                    file, "picture", "the width of its longest beam, " + width(beams), "a width of " + pixels.width());
        }
        return new BeamsImage(beams);
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
        return Map.of("beams", beams.size());
    }

    @Override
    public List<List<Prediction>> tokenRows() {
        return beams;
    }

    /** The image. // [beams, longest beam, 3] */
    @Override
    public Pixels toPixels() {
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
