package org.pixelllm.forge.importer.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** What config.json and generation_config.json say of tokens. */
class ModelTokensTest {

    private static final Path CASE =
            Path.of(System.getProperty("pixelllm.root"), "forge/src/test/resources/cases/tok_added_beyond_vocab");

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
            Files.copy(CASE.resolve(name), folder.resolve(name));
        }
    }

    private Imported open() throws IOException {
        return Importer.open(folder, null);
    }

    private void config(String more) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{" + more + ", " + Files.readString(file).substring(1));
    }

    @Test
    void addedTokensBeyondTheWeightsAreLeftOutAndSaid() throws IOException {
        try (Imported imported = open()) {
            Tokenizer tokenizer = Objects.requireNonNull(imported.model().tokenizer());
            assertThat(tokenizer.vocabulary()).isLessThanOrEqualTo(257);
            assertThat(tokenizer.encode("[PAD]")).hasSizeGreaterThan(1);
            assertThat(imported.notes())
                    .singleElement()
                    .asString()
                    .contains("tokenizer.json: left out", "257 rows of weights: the added token \"[PAD]\"");
        }
    }

    @Test
    void aTokenOfTheVocabularyItselfIsNotLeftOut() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("\"vocab\": {", "\"vocab\": {\"[PAD]\": 257, "));
        assertThatThrownBy(this::open).hasMessageContaining("at most 257 tokens");
    }

    @Test
    void listsOfEndTokensAndThoseOfTheGenerationConfigCount() throws IOException {
        config("\"eos_token_id\": [256, 3, 400]");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [4, 3], \"top_p\": null}");
        try (Imported imported = open()) {
            Tokenizer tokenizer = Objects.requireNonNull(imported.model().tokenizer());
            assertThat(tokenizer.eos()).isEqualTo(256);
            for (int id : new int[] {256, 3, 4}) {
                assertThat(tokenizer.isEnd(id)).isTrue();
            }
            assertThat(tokenizer.isEnd(5)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"two\"", "[1, null]", "-1", "[[1]]", "{}", "1.5"})
    void endTokensOfAWrongTypeAreBadData(String value) throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": " + value + "}");
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("generation_config.json: eos_token_id: expected a whole number");
    }
}
