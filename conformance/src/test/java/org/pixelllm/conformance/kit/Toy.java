package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.pixelllm.conformance.OutputRules;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.images.TopK;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;

/**
 * An implementation whose model is a hash of the tokens, right or with one fault. As a command:
 * {@code Toy --fault NAME INPUT OUTPUTS}.
 */
final class Toy implements Implementation {

    static final int VOCABULARY = 1024;

    /** One that speaks version 2. */
    static final int WIDE = 140_000;

    private static final int K = 5;

    /** After this many runs an implementation that never gives the same answer changes its answers. */
    private static final int CHANGE = 25;

    private final Fault fault;
    private final int vocabulary;
    private int runs;

    Toy(Fault fault) {
        this(fault, fault.vocabulary());
    }

    Toy(Fault fault, int vocabulary) {
        this.fault = fault;
        this.vocabulary = vocabulary;
    }

    public static void main(String[] args) throws Exception {
        Fault fault = Fault.valueOf(args[1].toUpperCase(Locale.ROOT));
        Outcome outcome = new Toy(fault).run(Path.of(args[2]), Path.of(args[3]), Duration.ZERO);
        if (!outcome.ended()) {
            Thread.sleep(Duration.ofDays(1));
        }
        System.out.println(outcome.lastWords());
        System.exit(outcome.code());
    }

    int vocabulary() {
        return vocabulary;
    }

    @Override
    public String name() {
        return "toy --fault " + fault.name().toLowerCase(Locale.ROOT) + " {input} {output_dir}";
    }

    @Override
    public Outcome run(Path input, Path outputs, Duration limit) throws IOException {
        runs++;
        if (fault == Fault.HANGS) {
            return new Outcome(false, -1, "");
        }
        if (fault == Fault.WRITES_BEFORE_IT_READS) {
            Files.write(outputs.resolve(OutputRules.PREDICTION), new byte[0]);
        }
        TokenImage tokens;
        try {
            tokens = read(input);
        } catch (PxiException e) {
            if (fault != Fault.ANSWERS_ANYTHING) {
                return new Outcome(true, 65, String.valueOf(e.getMessage()));
            }
            tokens = new TokenImage(new int[] {1});
        }
        int[] ids = tokens.ids();
        long seed = fault == Fault.ANSWERS_THE_BYTES_OF_THE_FILE
                ? Arrays.hashCode(Files.readAllBytes(input))
                : Arrays.hashCode(ids);
        float[] logits = logits(fault == Fault.ALWAYS_THE_SAME ? 0 : seed);
        PxiVersion version =
                fault == Fault.ANSWERS_VERSION_1_IN_VERSION_2 ? PxiVersion.of(vocabulary) : tokens.version();
        if (Arrays.stream(TopK.of(logits, K)).anyMatch(id -> id > version.maxId())) {
            return new Outcome(true, 65, "no answer in this version");
        }
        write(outputs.resolve(OutputRules.PREDICTION), prediction(logits, version));
        if (fault != Fault.NO_HEAT_MAP) {
            write(outputs.resolve(OutputRules.HEATMAP), PngEncoder.encode(heatmap(logits), Map.of()));
        }
        return new Outcome(true, 0, "");
    }

    private TokenImage read(Path input) throws IOException {
        Png png = PxiFiles.read(input, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
        Pixels pixels = png.pixels();
        int width = pixels.width();
        int low = pixels.red(0, 0);
        int high = pixels.green(0, 0);
        int version = pixels.blue(0, 0);
        switch (fault) {
            case ACCEPTS_VERSION_2 -> pixels.set(0, 0, low, high, version == 2 ? 1 : version);
            case IGNORES_THE_COUNT -> pixels.setRedGreen(0, 0, width - 1, version);
            case WRONG_BYTE_ORDER_OF_THE_COUNT -> pixels.set(0, 0, high, low, version);
            case COUNT_TAKEN_FOR_THE_WIDTH -> pixels.set(0, 0, (low + 255) % 256, high, version);
            case AT_MOST_256_TOKENS -> pixels.set(0, 0, low, width > 257 ? 0 : high, version);
            case REFUSES_INTERLACED -> pixels.set(0, 0, low, high, Files.readAllBytes(input)[28] == 1 ? 77 : version);
            default -> {}
        }
        TokenImage tokens = TokenImage.decode(png, input.toString());
        tokens.requireVocabulary(vocabulary, input.toString());
        return tokens;
    }

    /** Logits of which the highest differ by about 1, 1/2, 1/3 and so on. */
    private float[] logits(long seed) {
        boolean other = fault == Fault.ANOTHER_MODEL || (fault == Fault.NEVER_THE_SAME && runs > CHANGE);
        float[] logits = new float[vocabulary];
        for (int id = 0; id < vocabulary; id++) {
            double share = ((mixed(seed * vocabulary + id) >>> 11) + 1) * 0x1p-53;
            logits[id] = (float) ((other ? -3 : -1) * StrictMath.log(share));
        }
        return logits;
    }

    /** SplitMix64's finalizer. */
    private static long mixed(long value) {
        long z = value * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private byte[] prediction(float[] logits, PxiVersion version) {
        int[] ids = TopK.of(logits, K);
        double sum = 0;
        for (int id : fault == Fault.SOFTMAX_OVER_THE_VOCABULARY ? TopK.of(logits, vocabulary) : ids) {
            sum += Math.exp(logits[id]);
        }
        boolean wide = version == PxiVersion.V2;
        Pixels row = wide ? Pixels.black(K + 1, 2) : Pixels.black(K, 1);
        if (wide) {
            row.set(0, 0, 1, 0, 2);
        }
        for (int i = 0; i < K; i++) {
            int id = ids[i];
            double share = 255 * Math.exp(logits[id]) / sum;
            double confidence = switch (fault) {
                case ROUNDING_UP -> Math.ceil(share);
                case ROUNDING_TO_NEAREST -> Math.rint(share);
                default -> Math.floor(share);
            };
            int x = fault == Fault.UNSORTED ? K - 1 - i : i;
            if (wide) {
                row.setRedGreen(x + 1, 0, id, fault == Fault.SHORT_IDS ? 0 : id >> 16);
                row.set(x + 1, 1, (int) confidence, (int) confidence, (int) confidence);
                continue;
            }
            row.setRedGreen(x, 0, id, (int) confidence);
            if (fault == Fault.WRONG_BYTE_ORDER) {
                row.set(x, 0, /* red= */ row.green(x, 0), /* green= */ row.red(x, 0), row.blue(x, 0));
            }
        }
        return fault == Fault.RGBA_OUTPUT ? new RowPng(row, RowPng.RGBA, 8).encode() : PngEncoder.encode(row, Map.of());
    }

    private Pixels heatmap(float[] logits) {
        float[] shown = logits;
        if (fault == Fault.HEAT_MAP_OF_PROBABILITIES) {
            shown = logits.clone();
            for (int id = 0; id < shown.length; id++) {
                shown[id] = (float) Math.exp(logits[id]);
            }
        }
        Pixels right = LogitsHeatmap.of(shown).toPixels();
        return switch (fault) {
            case FLAT_HEAT_MAP -> filled(right.width(), right.height(), right, true);
            case OFF_BY_ONE_WIDTH -> filled(right.width() - 1, right.height(), right, false);
            case HEAT_MAP_WITH_A_COLUMN_TOO_MANY -> filled(right.width() + 1, right.height(), right, false);
            default -> right;
        };
    }

    /** A picture of another width: what fits of the right one in its corner, or one grey. */
    private static Pixels filled(int width, int height, Pixels right, boolean flat) {
        Pixels pixels = Pixels.black(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int grey = flat ? LogitsHeatmap.FLAT : x < right.width() ? right.red(x, y) : 0;
                pixels.set(x, y, grey, grey, grey);
            }
        }
        return pixels;
    }

    private void write(Path file, byte[] bytes) throws IOException {
        if (fault != Fault.STALE_OUTPUT || !Files.exists(file)) {
            PxiFiles.write(file, bytes);
        }
    }
}
