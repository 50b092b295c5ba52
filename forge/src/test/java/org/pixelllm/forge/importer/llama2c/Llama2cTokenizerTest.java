package org.pixelllm.forge.importer.llama2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.forge.importer.Samples;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.TextOption;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/** The tokenizer of a published model, where the reference folder is there. */
class Llama2cTokenizerTest {

    private static final Path REFERENCE = Path.of(System.getProperty("pixelllm.root"), "../shared/reference");
    private static final Path FILE = REFERENCE.resolve("llama2c/tok512.bin");
    private static final int VOCABULARY = 512;
    private static final int STORY_LINES = Boolean.getBoolean("pixelllm.long") ? 1_500 : 150;

    @TempDir
    private Path folder;

    @BeforeAll
    static void theReferenceIsThere() {
        assumeTrue(Files.exists(FILE), "no reference folder beside the project");
    }

    private static ScoredBpeTokenizer tokenizer() throws PxiException {
        return Llama2cTokenizerReader.read(FILE, VOCABULARY);
    }

    @Test
    void encodesAsLlama2cDoes() throws IOException {
        ScoredBpeTokenizer tokenizer = tokenizer();
        assertThat(tokenizer.encode("Once upon a time")).containsExactly(1, 403, 407, 261, 378);
        assertThat(tokenizer.encode("")).containsExactly(1);
        Set<TextOption> withoutBos = EnumSet.of(TextOption.SPACE_PREFIX);
        assertThat(tokenizer.with(withoutBos).encode("Once upon a time")).containsExactly(403, 407, 261, 378);
    }

    @Test
    void decodesTheModelsGreedyAnswer() throws IOException {
        String json = Files.readString(REFERENCE.resolve("llama2c/stories260K.greedy.json"));
        JsonArray steps = JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("steps");
        List<Integer> ids = new ArrayList<>(List.of(1));
        for (JsonElement step : steps) {
            ids.add(step.getAsJsonObject().get("next").getAsInt());
        }
        int[] all = ids.stream().mapToInt(Integer::intValue).toArray();
        assertThat(TextDecoder.text(tokenizer(), all))
                .startsWith("Once upon a time, there was a little girl named Lily. She loved to play outside in the"
                        + " park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.");
    }

    @Test
    void everyStoryComesBack() throws IOException {
        ScoredBpeTokenizer tokenizer = tokenizer();
        for (String line : Files.readAllLines(REFERENCE.resolve("corpus/stories-valid.txt"))) {
            assertThat(TextDecoder.text(tokenizer, tokenizer.encode(line))).isEqualTo(line);
        }
    }

    /** The loop of llama2.c, scanning for every merge, gives the same ids. */
    @Test
    void theHeapMergesAsTheScanDoes() throws IOException {
        ScoredBpeTokenizer tokenizer = tokenizer();
        Llama2cScan scan = Llama2cScan.read(FILE, VOCABULARY);
        List<String> lines = new ArrayList<>(Samples.oddTexts());
        lines.addAll(Files.readAllLines(REFERENCE.resolve("corpus/stories-valid.txt"))
                .subList(0, STORY_LINES));
        for (String line : lines) {
            assertThat(tokenizer.encode(line)).as(line).isEqualTo(scan.encode(line));
        }
    }

    @Test
    void aLongTextTakesNoLongTime() throws IOException {
        String text = "Once upon a time ".repeat(100_000);
        assertThat(tokenizer().encode(text)).hasSizeGreaterThan(400_000);
    }

    @Test
    void theSectionKeepsIt() throws IOException {
        ScoredBpeTokenizer tokenizer = tokenizer();
        byte[] section = tokenizer.toBytes();
        assertThat(Tokenizers.read(section, "x").toBytes()).isEqualTo(section);
        assertThat(Tokenizers.read(section, "x").encode("A dog & é")).isEqualTo(tokenizer.encode("A dog & é"));
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(FILE);
        for (int length = 0; length < bytes.length; length += 37) {
            byte[] start = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(start, VOCABULARY)).isInstanceOf(PxiException.class);
        }
        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1), VOCABULARY))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("1 more bytes");
        assertThatThrownBy(() -> read(bytes, 511)).isInstanceOf(InvalidContentException.class);
        assertThatThrownBy(() -> read(bytes, 513)).isInstanceOf(PxiException.class);
        assertThatThrownBy(() -> read(bytes, Integer.MAX_VALUE)).isInstanceOf(PxiException.class);
    }

    private void read(byte[] bytes, int vocabulary) throws IOException {
        Path file = folder.resolve("tokenizer.bin");
        Files.write(file, bytes);
        Llama2cTokenizerReader.read(file, vocabulary);
    }
}
