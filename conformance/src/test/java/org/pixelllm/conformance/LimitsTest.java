package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngLimits;

/**
 * What we write we read: an image at every limit of every kind is written here and read in all four languages, and what
 * the others write at theirs is read here.
 */
class LimitsTest {

    private static final int MOST = CharacterTokens.MAX_TOKENS;

    @TempDir
    private static Path folder;

    /** A file, and what every reader must make of it. */
    private record Case(String kind, Path file, PxiImage image, String crc) {}

    private static final List<Case> CASES = new ArrayList<>();

    private static Prediction token(int i) {
        return new Prediction(i * 7919 % 65_536, i % 256);
    }

    private static List<Prediction> tokens(int count, Prediction first) {
        List<Prediction> all = new ArrayList<>(count);
        all.add(first);
        for (int i = 1; i < count; i++) {
            all.add(token(i));
        }
        return all;
    }

    private static float[] logits(int best, float by) {
        float[] logits = new float[PredictionImage.MAX_PREDICTIONS];
        logits[best] = by;
        return logits;
    }

    @BeforeAll
    static void write() throws IOException {
        int[] ids = IntStream.range(0, MOST).map(i -> 65_535 - i).toArray();
        add("tokens", new TokenImage(ids), Map.of());
        add("tokens", new TokenImage(new int[] {65_535}), longestText());
        add("prediction", PredictionImage.of(logits(7, 0), 65_536), Map.of());
        add("prediction", PredictionImage.of(logits(65_535, 6), 65_536), Map.of()); // sound as tokens, too
        add("prediction", PredictionImage.of(new float[1], 1), Map.of());
        add("heatmap", LogitsHeatmap.of(logits(65_535, 1)), Map.of());
        add("sequence", new SequenceImage(tokens(MOST, new Prediction(65_535, 255))), Map.of());
        List<Prediction> likeTokens = new ArrayList<>(Collections.nCopies(MOST, new Prediction(3, 0)));
        likeTokens.set(0, new Prediction(MOST - 1, 1));
        add("sequence", new SequenceImage(likeTokens), Map.of());
        add("scores", new ScoresImage(tokens(MOST, new Prediction(65_535, 0))), Map.of());
        add("beams", new BeamsImage(List.of(tokens(MOST, token(5)))), Map.of());
        if (Boolean.getBoolean("pixelllm.long")) {
            writeTheLargest();
        }
    }

    /** Images of sixteen million values, which take a minute in four languages. */
    private static void writeTheLargest() throws IOException {
        int length = (int) (PngLimits.MAX_PROTOCOL_PIXELS / BeamsImage.MAX_BEAMS);
        List<List<Prediction>> beams = new ArrayList<>();
        for (int beam = 0; beam < BeamsImage.MAX_BEAMS; beam++) {
            beams.add(tokens(Math.max(1, length - 64 * beam), token(beam)));
        }
        add("beams", new BeamsImage(beams), Map.of());
        int side = AttentionImage.MAX_SIDE;
        byte[] grey = new byte[side * side];
        for (int row = 0; row < side; row++) {
            grey[row * side + row] = (byte) 255;
        }
        add("attention", new AttentionImage(0, 0, side, side, grey), Map.of());
        int last = AttentionImage.MAX_POSITION;
        add("attention", new AttentionImage(last, last, side, side, grey), Map.of());
        int values = ActivationsImage.MAX_VALUES;
        add("activations", activations(values / ActivationsImage.MAX_COLUMNS, ActivationsImage.MAX_COLUMNS), Map.of());
        int rows = PngLimits.MAX_PROTOCOL_HEIGHT;
        add("activations", activations(rows, values / rows), Map.of());
    }

    /** Keywords and values of exactly as many bytes as a file may have. */
    private static Map<String, String> longestText() {
        String keyword = "k".repeat(79);
        return Map.of(keyword, "v".repeat((1 << 20) - keyword.length() - 1));
    }

    private static ActivationsImage activations(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(i * 0x9E3779B9);
        }
        return new ActivationsImage(rows, columns, values);
    }

    private static void add(String kind, PxiImage image, Map<String, String> text) throws IOException {
        Path file = folder.resolve(CASES.size() + "." + kind + ".pxi");
        image.write(file, text);
        CASES.add(new Case(kind, file, image, crc(image)));
    }

    private static String crc(PxiImage image) {
        CRC32 crc = new CRC32();
        switch (image) {
            case PxiImage.OfTokens some ->
                some.tokenRows()
                        .forEach(row -> row.forEach(token -> {
                            crc.update(token.id());
                            crc.update(token.id() >> 8);
                            crc.update(token.confidence());
                        }));
            case LogitsHeatmap map -> crc.update(map.grey());
            case AttentionImage map -> crc.update(map.grey());
            case PxiImage.OfValues some -> {
                ByteBuffer bytes = ByteBuffer.allocate(4 * some.values().length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(some.values());
                crc.update(bytes);
            }
            default -> throw new AssertionError(image);
        }
        return Long.toHexString(crc.getValue());
    }

    @Test
    void java() throws IOException {
        for (Case each : CASES) {
            PxiKind kind = PxiKind.valueOf(each.kind().toUpperCase(java.util.Locale.ROOT));
            assertThat(kind.read(each.file())).as(each.file().toString()).isEqualTo(each.image());
        }
    }

    @Test
    void python() throws Exception {
        Python python = Python.require();
        for (Map.Entry<String, List<Case>> each : byKind().entrySet()) {
            Object[] words = words(each);
            Object[] arguments = new Object[words.length];
            System.arraycopy(words, 0, arguments, 0, words.length);
            assertThat(python.run(folder, "limits.py", arguments))
                    .as(each.getKey())
                    .isEqualTo(crcs(each));
        }
        Path written = Files.createDirectory(folder.resolve("python"));
        python.run(folder, "limits.py", "write", written);
        assertThat(TokenImage.read(written.resolve("tokens.pxi")).ids()).isEqualTo(mostIds());
        float[] logits = new float[65_536];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = i;
        }
        assertThat(PredictionImage.read(written.resolve("prediction.pxi")))
                .isEqualTo(PredictionImage.of(logits, logits.length));
        byte[] grey = LogitsHeatmap.of(logits).grey();
        assertThat(LogitsHeatmap.read(written.resolve("high.pxi"))).isEqualTo(new LogitsHeatmap(1, 65_536, grey));
        assertThat(LogitsHeatmap.read(written.resolve("wide.pxi"))).isEqualTo(new LogitsHeatmap(65_536, 1, grey));
    }

    @Test
    void javaScript() throws Exception {
        require("node");
        Path script = Root.path().resolve("conformance/src/test/javascript/limits.mjs");
        readAndWrite(List.of("node", script.toString()));
    }

    @Test
    void c() throws Exception {
        require("cc");
        Path program = folder.resolve("limits");
        Path source = Root.path().resolve("conformance/src/test/c/limits.c");
        run(List.of("cc", "-std=c99", "-O1", "-o", program.toString(), source.toString()));
        readAndWrite(List.of(program.toString()));
    }

    private static void readAndWrite(List<String> client) throws Exception {
        for (Map.Entry<String, List<Case>> each : byKind().entrySet()) {
            if (each.getKey().equals("attention") || each.getKey().equals("activations")) {
                continue; // not of this client
            }
            List<String> line = new ArrayList<>(client);
            for (Object word : words(each)) {
                line.add(word.toString());
            }
            assertThat(run(line)).as(each.getKey()).isEqualTo(crcs(each));
        }
        Path most = folder.resolve("most.pxi");
        List<String> line = new ArrayList<>(client);
        line.addAll(List.of("write", most.toString()));
        run(line);
        assertThat(TokenImage.read(most).ids()).isEqualTo(mostIds());
    }

    private static int[] mostIds() {
        return IntStream.range(0, MOST).map(i -> (int) (i * 7919L % 65_536)).toArray();
    }

    private static Map<String, List<Case>> byKind() {
        Map<String, List<Case>> all = new LinkedHashMap<>();
        CASES.forEach(each ->
                all.computeIfAbsent(each.kind(), kind -> new ArrayList<>()).add(each));
        return all;
    }

    private static Object[] words(Map.Entry<String, List<Case>> kind) {
        List<Object> words = new ArrayList<>(List.of(kind.getKey()));
        kind.getValue().forEach(each -> words.add(each.file()));
        return words.toArray();
    }

    private static List<String> crcs(Map.Entry<String, List<Case>> kind) {
        return kind.getValue().stream().map(Case::crc).toList();
    }

    /** Skips, visibly, where a tool is missing; CI has all of them. */
    private static void require(String tool) throws IOException, InterruptedException {
        boolean there = new ProcessBuilder("sh", "-c", "command -v " + tool)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("CI installs " + tool)
                .isTrue();
        assumeTrue(there, "no " + tool);
    }

    private static List<String> run(List<String> line) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = new ProcessBuilder(line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readAllLines(out);
    }
}
