package org.pixelllm.forge.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.PxiException;

/** JSON that is broken, or has nulls and wrong types: one message in our own words, with file and place. */
class BrokenJsonTest {

    private static final Path CASE =
            Path.of(System.getProperty("pixelllm.root"), "forge/src/test/resources/cases/tok_added_beyond_vocab");
    private static final String FOREIGN =
            "(?i)gson|strictness|lenient|https?:|\\bjava\\.|com\\.|exception|BEGIN_|END_|org\\.pixelllm|\\bnot a JSON";
    private static final int ROUNDS = Boolean.getBoolean("pixelllm.long") ? 20_000 : 300;

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
            Files.copy(CASE.resolve(name), folder.resolve(name));
        }
    }

    private static String deep(String open) {
        return open.repeat(200_000);
    }

    static Stream<Arguments> broken() {
        Stream<String> texts = Stream.of(
                "",
                " ",
                "null",
                "[]",
                "7",
                "\"text\"",
                "{",
                "{\"a\":",
                "{\"a\":}",
                "{\"a\" 1}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1} x",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":tru}",
                "{\"a\":[1,]}",
                "{\"a\":1}{}",
                deep("["),
                deep("{\"a\":"),
                "{\"model\":" + deep("["),
                "{\"model\":{\"vocab\":{\"a\":null}}}",
                "{\"model\":{\"vocab\":{\"a\":\"1\"}}}",
                "{\"model\":{\"vocab\":[]}}",
                "{\"model\":{\"merges\":{}}}",
                "{\"model\":{\"merges\":[null]}}",
                "{\"model\":{\"merges\":[[\"a\"]]}}",
                "{\"model\":{\"merges\":[[\"a\",1]]}}",
                "{\"model\":null,\"added_tokens\":7}",
                "{\"model_type\":null}",
                "{\"model_type\":[\"llama\"]}",
                "{\"weight_map\":null}",
                "{\"weight_map\":[]}",
                "{\"weight_map\":{\"a\":null}}",
                "{\"weight_map\":{\"a\":[]}}",
                "{\"weight_map\":{\"a\":{}}}",
                "{\"architecture\":[]}",
                "{\"architecture\":{\"type\":\"mlp\",\"vocab_size\":null}}",
                "{\"architecture\":{\"type\":\"mlp\",\"vocab_size\":1.5}}",
                "{\"architecture\":{\"type\":{}}}",
                "{\"tensors\":[null, {\"shape\":\"x\"}]}");
        String[] files = {
            "config.json", "tokenizer.json", "generation_config.json", "model.safetensors.index.json", "m.meta.json"
        };
        return texts.flatMap(text -> Stream.of(files).map(file -> Arguments.of(file, text)))
                .filter(each ->
                        !(each.get()[0].equals("generation_config.json") && isHarmless((String) each.get()[1])));
    }

    /** An object that says nothing of tokens. */
    private static boolean isHarmless(String text) {
        return text.startsWith("{\"")
                && text.endsWith("}")
                && !text.matches("(?s).*([:,]}|1} x|NaN|01|\\\\x|\n|tru}|,]|}\\{}| 1).*");
    }

    private static void assertOurs(Throwable thrown, String file) {
        assertThat(thrown).isInstanceOf(PxiException.class);
        assertThat(thrown.getMessage())
                .contains(file)
                .contains(": expected ", ", found ")
                .doesNotContainPattern(FOREIGN)
                .hasSizeLessThan(2_000);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isRefusedInOurWords(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        Path opened = file.startsWith("m") ? folder.resolve(file) : folder;
        assertOurs(
                catchThrowable(() -> Importer.open(opened, null).close()),
                folder + "/" + (file.startsWith("m.") ? "m." : file));
    }

    private Path header(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return Files.write(
                folder.resolve("model.safetensors"),
                new LittleEndian().u64(bytes.length).bytes(bytes).toBytes());
    }

    @Test
    void soAreHeadersOfSafetensors() throws IOException {
        for (String json : new String[] {
            "{",
            "{\"a\":",
            "{a:1}",
            "{\"a\":1}",
            "{\"a\":null}",
            "{\"a\":[]}",
            "{\"a\":{\"dtype\":1}}",
            "{\"a\":{\"dtype\":null}}",
            "{\"a\":{\"shape\":{}}}",
            "{\"a\":{\"shape\":[null]}}",
            "{\"__metadata__\":[]}",
            "{\"__metadata__\":{\"a\":1}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":\"x\"}}",
            "{} x",
            "{\"a\":" + deep("["),
            "{\"a\":" + deep("{\"a\":")
        }) {
            Path file = header(json);
            assertOurs(catchThrowable(() -> Importer.open(file, null).close()), file.toString());
        }
    }

    /** A name of control characters, and one that fills the screen. */
    @Test
    void namesOfTensorsAreShownAndNotSent() throws IOException {
        Path file = header("{\"\\u001b[31mred\\u0007\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9]}}");
        assertThatThrownBy(() -> Importer.open(file, null))
                .hasMessageContaining("tensor \\u001B[31mred\\u0007, data_offsets")
                .hasMessageNotContaining("\u001b");
        Path wide =
                header("{\"" + "long".repeat(100_000) + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9]}}");
        assertThat(catchThrowable(() -> Importer.open(wide, null)).getMessage())
                .contains("tensor longlong", "…")
                .hasSizeLessThan(2_000);
    }

    @Test
    void whateverIsChangedInAFileItIsReadOrRefusedInOurWords() throws IOException {
        Random random = new Random(11);
        for (String name : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            byte[] whole = Files.readAllBytes(CASE.resolve(name));
            int header = Math.min(whole.length, 3_000);
            for (int round = 0; round < ROUNDS; round++) {
                byte[] spoilt = whole.clone();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    spoilt[random.nextInt(header)] =
                            (byte) "{}[]\",:0123456789-+eE.null\\ \u0000\u00FF".charAt(random.nextInt(30));
                }
                Files.write(folder.resolve(name), spoilt);
                Throwable thrown =
                        catchThrowable(() -> Importer.open(folder, null).close());
                if (thrown != null) {
                    assertOurs(thrown, folder.toString());
                }
            }
            Files.write(folder.resolve(name), whole);
        }
    }
}
