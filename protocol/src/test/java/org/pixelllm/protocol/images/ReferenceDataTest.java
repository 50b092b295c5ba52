package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngBuilder;
import org.pixelllm.protocol.png.PngCodecTest;
import org.pixelllm.protocol.png.PngLimits;

/** The files and logits of the original implementation. */
class ReferenceDataTest {

    private static final Path DATA =
            Path.of(System.getProperty("pixelllm.root", ".."), "..", "shared/reference/v0/expected");
    private static final String[] NAMES = {"pxos", "modular", "unicode", "seed-example"};

    @BeforeEach
    void dataIsThere() {
        assumeTrue(Files.isRegularFile(DATA.resolve("cases.json")), "no reference data at " + DATA);
    }

    @Test
    void tokenImagesAreReadAndWritten() throws Exception {
        for (String name : NAMES) {
            String json = caseOf(name);
            TokenImage image = TokenImage.read(DATA.resolve(name + ".input_tokens.pxi"));
            assertThat(image.ids()).isEqualTo(ints(json, "token_ids"));
            assertThat(CharacterTokens.encode(text(json))).isEqualTo(image.ids());
            Png again = PngCodecTest.decode(image.toPng(Map.of()));
            assertThat(again.pixels())
                    .isEqualTo(read(name + ".input_tokens.pxi").pixels());
            assertThat(PxiKind.of(again)).isEqualTo(PxiKind.TOKENS);
        }
    }

    @Test
    void predictionImagesAreReadAndWritten() throws Exception {
        for (String name : NAMES) {
            String json = caseOf(name);
            PredictionImage image = PredictionImage.read(DATA.resolve(name + ".output_token.pxi"));
            assertThat(image.toPixels().rgb()).isEqualTo(PngBuilder.bytes(ints(json, "prediction_rgb")));
            // The logits of the case have seven digits: a confidence that lies on an edge may fall beside it.
            PredictionImage computed = PredictionImage.of(logits(json), 5);
            for (int i = 0; i < 5; i++) {
                Prediction expected = image.predictions().get(i);
                Prediction found = computed.predictions().get(i);
                assertThat(found.id()).isEqualTo(expected.id());
                assertThat(found.confidence()).isCloseTo(expected.confidence(), within(1));
            }
            assertThat(PxiKind.of(read(name + ".output_token.pxi"))).isEqualTo(PxiKind.PREDICTION);
        }
    }

    @Test
    void theDocumentsExampleIsExact() throws Exception {
        assertThat(PredictionImage.of(logits(caseOf("seed-example")), 5).toPixels())
                .isEqualTo(TokenImageTest.row(32, 0, 73, 101, 0, 45, 116, 0, 45, 10, 0, 45, 115, 0, 44)
                        .pixels());
    }

    @Test
    void heatMapsAreReadAndWritten() throws Exception {
        int differ = 0;
        for (String name : NAMES) {
            LogitsHeatmap image = LogitsHeatmap.read(DATA.resolve(name + ".logits_heatmap.pxi"));
            assertThat(image.width()).isEqualTo(32);
            assertThat(image.height()).isEqualTo(32);
            LogitsHeatmap computed = LogitsHeatmap.of(logits(caseOf(name)));
            for (int id = 0; id < 1024; id++) {
                assertThat(computed.value(id)).isCloseTo(image.value(id), within(1));
                differ += computed.value(id) == image.value(id) ? 0 : 1;
            }
            assertThat(PxiKind.of(read(name + ".logits_heatmap.pxi"))).isEqualTo(PxiKind.HEATMAP);
        }
        // rounded logits, so a few cells on an edge fall beside it
        assertThat(differ).isLessThan(4 * 1024 / 100);
    }

    private static Png read(String name) throws PxiException {
        return PxiFiles.read(DATA.resolve(name), PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
    }

    /** The part of cases.json from one name to the next. */
    private static String caseOf(String name) throws Exception {
        String json = Files.readString(DATA.resolve("cases.json"));
        Matcher start = Pattern.compile("\"name\"\\s*:\\s*\"" + name + "\"").matcher(json);
        assertThat(start.find()).isTrue();
        int end = json.indexOf("\"name\"", start.end());
        return json.substring(start.end(), end < 0 ? json.length() : end);
    }

    private static String text(String json) {
        Matcher value =
                Pattern.compile("\"text\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        assertThat(value.find()).isTrue();
        Matcher escapes = Pattern.compile("\\\\u([0-9a-fA-F]{4})").matcher(value.group(1));
        return escapes.replaceAll(
                        m -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 16))))
                .translateEscapes();
    }

    private static List<String> numbers(String json, String key) {
        int from = json.indexOf('[', json.indexOf("\"" + key + "\""));
        List<String> numbers = new ArrayList<>();
        Matcher number =
                Pattern.compile("-?[0-9][0-9.eE+-]*|[\\[\\]]").matcher(json).region(from, json.length());
        int depth = 0;
        while (number.find()) {
            switch (number.group()) {
                case "[" -> depth++;
                case "]" -> depth--;
                default -> numbers.add(number.group());
            }
            if (depth == 0) {
                break;
            }
        }
        return numbers;
    }

    private static int[] ints(String json, String key) {
        return numbers(json, key).stream().mapToInt(Integer::parseInt).toArray();
    }

    private static float[] logits(String json) {
        List<String> numbers = numbers(json, "logits");
        float[] logits = new float[numbers.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Float.parseFloat(numbers.get(i));
        }
        assertThat(logits).hasSize(1024);
        return logits;
    }
}
