package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.ScoresImage;
import org.pixelllm.protocol.images.SequenceImage;

/** The Python client: its own tests, and its files against ours. */
class PythonClientTest {

    private static final List<Prediction> TOKENS =
            List.of(new Prediction(72, 0), new Prediction(65_535, 255), new Prediction(1_025, 77));

    private static Python python;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findPython() throws Exception {
        python = Python.require();
    }

    @Test
    void itsOwnTestsPass() throws Exception {
        String said = python.unittest(folder);

        Matcher ran = Pattern.compile("Ran (\\d+) tests").matcher(said);
        assertThat(ran.find()).as(said).isTrue();
        assertThat(Integer.parseInt(ran.group(1))).isGreaterThan(80);
    }

    /** Logits of every kind of spread: confidences and greys are the same to the bit, however they were rounded. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 33, 1024, 1025, 65_536})
    void itWritesThePixelsThatWeWrite(int vocabulary) throws Exception {
        Random random = new Random(vocabulary);
        Map<Path, float[]> written = new LinkedHashMap<>();
        for (float spread : new float[] {0, 1e-30f, 0.25f, 1, 30, 1e30f}) {
            float[] logits = new float[vocabulary];
            for (int i = 0; i < vocabulary; i++) {
                logits[i] = spread * (float) random.nextGaussian();
            }
            Path to = Files.createDirectory(folder.resolve("spread " + spread));
            ByteBuffer bytes = ByteBuffer.allocate(4 * vocabulary).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(logits);
            Files.write(to.resolve("logits"), bytes.array());
            written.put(to, logits);
        }

        List<Object> arguments = new ArrayList<>(written.keySet());
        arguments.addFirst("encode");
        python.run(folder, "client.py", arguments.toArray());

        for (Map.Entry<Path, float[]> each : written.entrySet()) {
            Path to = each.getKey();
            assertThat(PredictionImage.read(to.resolve("output_token.pxi")))
                    .as(to.toString())
                    .isEqualTo(PredictionImage.of(each.getValue(), 5));
            assertThat(LogitsHeatmap.read(to.resolve("logits_heatmap.pxi")))
                    .as(to.toString())
                    .isEqualTo(LogitsHeatmap.of(each.getValue()));
        }
    }

    @Test
    void itReadsOurSequencesAndScores() throws Exception {
        Path sequence = folder.resolve("output_sequence.pxi");
        new SequenceImage(TOKENS).write(sequence, Map.of());
        Path scores = folder.resolve("prompt_scores.pxi");
        new ScoresImage(TOKENS).write(scores, Map.of());

        assertThat(decoded("sequence", sequence)).containsExactly(printed(TOKENS));
        assertThat(decoded("prompt_scores", scores)).containsExactly(printed(TOKENS));
    }

    @Test
    void itReadsOurBeams() throws Exception {
        BeamsImage beams = new BeamsImage(List.of(TOKENS, TOKENS.subList(0, 1)));
        Path file = folder.resolve("output_beams.pxi");
        beams.write(file, Map.of());

        assertThat(decoded("beams", file))
                .containsExactlyElementsOf(
                        beams.beams().stream().map(PythonClientTest::printed).toList());
    }

    @Test
    void itReadsOurAttention() throws Exception {
        byte[] grey = {(byte) 200, 55, 0, 20, 30, (byte) 205}; // [2, 3]
        Path file = folder.resolve("attention.pxi");
        new AttentionImage(2048, 2047, 2, 3, grey).write(file, Map.of());

        assertThat(decoded("attention", file))
                .containsExactly(
                        "2048 2047",
                        200 / 255.0 + " " + 55 / 255.0 + " 0.0",
                        20 / 255.0 + " " + 30 / 255.0 + " " + 205 / 255.0);
    }

    @Test
    void itReadsOurActivationsToTheBit() throws Exception {
        float[] values = {1, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -3.1415927f};
        Path file = folder.resolve("activations_L0.pxi");
        new ActivationsImage(3, 2, values).write(file, Map.of());

        assertThat(decoded("activations", file))
                .containsExactly("3f800000 80000000", "7fc00000 ff800000", "00000001 c0490fdb");
    }

    private List<String> decoded(String kind, Path file) throws IOException, InterruptedException {
        return python.run(folder, "client.py", "decode", kind, file);
    }

    private static String printed(List<Prediction> tokens) {
        return tokens.stream()
                .map(token -> token.id() + ":" + token.probability())
                .collect(Collectors.joining(" "));
    }
}
