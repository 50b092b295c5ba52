package org.pixelllm.forge.importer.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.importer.Samples;
import org.pixelllm.forge.importer.llama2c.Llama2cScan;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/** Ids as Hugging Face's own library gives them. */
class TokenizerJsonTest {

    private static final Path REFERENCE = Path.of(System.getProperty("pixelllm.root"), "../shared/reference");
    private static final Path STORIES = REFERENCE.resolve("corpus/stories-valid.txt");
    private static final Path PIECES = REFERENCE.resolve("llama2c/tok512.bin");
    private static final int MERGES = 400;
    private static final int STORY_LINES = Boolean.getBoolean("pixelllm.long") ? 2_000 : 200;

    @TempDir
    private Path folder;

    /** The odd texts, and stories where the reference folder is there. */
    private static List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>(Samples.oddTexts());
        if (Files.exists(STORIES)) {
            texts.addAll(Files.readAllLines(STORIES).subList(0, STORY_LINES));
        }
        return texts;
    }

    private Path file(JsonObject json) throws IOException {
        return Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }

    private HuggingFaceTokenizer oracle(Path file) throws IOException {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        return HuggingFaceTokenizer.newInstance(file, Map.of("padding", "false", "truncation", "false"));
    }

    private static JsonObject byteLevel(String kind) throws IOException {
        List<String> texts = texts();
        return switch (kind) {
            case "gpt2" -> TokenizerJsons.byteLevel(texts, MERGES, TokenizerJsons.GPT2, false);
            case "prefix" -> TokenizerJsons.byteLevel(texts, MERGES, TokenizerJsons.GPT2_PREFIX, false);
            case "smollm" -> TokenizerJsons.byteLevel(texts, MERGES, TokenizerJsons.SMOLLM, false);
            case "llama3" -> {
                JsonObject json = TokenizerJsons.byteLevel(texts, MERGES, TokenizerJsons.LLAMA3, true);
                json.getAsJsonObject("model").addProperty("ignore_merges", true);
                yield json;
            }
            case "qwen2" -> {
                JsonObject json = TokenizerJsons.byteLevel(texts, MERGES, TokenizerJsons.QWEN2, false);
                json.add("normalizer", JsonParser.parseString("{\"type\": \"NFC\"}"));
                yield json;
            }
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "prefix", "smollm", "llama3", "qwen2"})
    void byteLevelIdsAreTheLibrarys(String kind) throws IOException {
        Path file = file(byteLevel(kind));
        Tokenizer read = read(file, -1, -1);
        Tokenizer tokenizer = Tokenizers.read(read.toBytes(), "section");
        try (HuggingFaceTokenizer oracle = oracle(file)) {
            for (String text : texts()) {
                int[] ids = tokenizer.encode(text);
                assertThat(ids).as(text).isEqualTo(ids(oracle, text));
                String normal = kind.equals("qwen2") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
                if (!kind.equals("prefix") && !text.contains("<s>") && !text.contains("<|")) {
                    assertThat(TextDecoder.text(tokenizer, ids)).isEqualTo(normal);
                }
            }
        }
    }

    @Test
    void idsWithByteFallbackAreTheLibrarys() throws IOException {
        assumeTrue(Files.exists(PIECES), "no reference folder beside the project");
        Llama2cScan scan = Llama2cScan.read(PIECES, 512);
        Path file = file(TokenizerJsons.sentencePiece(scan.pieces(), scan.scores()));
        Tokenizer read = read(file, Tokenizer.NO_TOKEN, 2);
        Tokenizer tokenizer = Tokenizers.read(read.toBytes(), "section");
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
        assertThat(tokenizer.encode("Once upon a time")).containsExactly(1, 403, 407, 261, 378);
        try (HuggingFaceTokenizer oracle = oracle(file)) {
            for (String text : texts()) {
                int[] ids = tokenizer.encode(text);
                assertThat(ids).as(text).isEqualTo(ids(oracle, text));
                if (!text.contains("s>")) {
                    assertThat(TextDecoder.text(tokenizer, ids)).isEqualTo(text.replace('▁', ' '));
                }
            }
        }
    }

    private static int[] ids(HuggingFaceTokenizer oracle, String text) {
        return Arrays.stream(oracle.encode(text).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        String whole = byteLevel("llama3").toString();
        for (int length = 0; length < whole.length(); length += 97) {
            Path cut = Files.writeString(folder.resolve("tokenizer.json"), whole.substring(0, length));
            refused(cut);
        }
        Path notUtf8 = folder.resolve("latin.json");
        Files.write(notUtf8, new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'});
        refused(notUtf8);
        refused(Files.writeString(folder.resolve("deep.json"), "{\"a\":" + "[".repeat(100_000)));
        refused(Files.writeString(folder.resolve("many.json"), "{\"a\":[" + "1,".repeat(300_000) + "1]}"));
        refused(Files.writeString(folder.resolve("list.json"), "[]"));
        refused(Files.writeString(folder.resolve("empty.json"), "{}"));
        refused(Files.writeString(folder.resolve("two.json"), whole + "{}"));
        refused(folder.resolve("none.json"));
    }

    @Test
    void whatWouldChangeTheIdsIsRefused() throws IOException {
        changed("model.type", json -> json.getAsJsonObject("model").addProperty("type", "WordPiece"));
        changed("suffix", json -> json.getAsJsonObject("model").addProperty("end_of_word_suffix", "</w>"));
        changed("an id", json -> vocabulary(json).addProperty("the", "x"));
        changed("id from 0", json -> vocabulary(json).addProperty("the", -1));
        changed("id from 0", json -> vocabulary(json).addProperty("the", Integer.MAX_VALUE));
        changed("of its own", json -> vocabulary(json).addProperty("the", 3));
        changed("stand for bytes", json -> vocabulary(json).addProperty("漢", 700));
        changed("one for every byte", json -> vocabulary(json).remove("ñ"));
        changed(
                "merge 400",
                json -> json.getAsJsonObject("model").getAsJsonArray("merges").add("q zz"));
        changed(
                "space between",
                json -> json.getAsJsonObject("model").getAsJsonArray("merges").add("qzz"));
        changed(
                "pre_tokenizer",
                json -> json.add("pre_tokenizer", JsonParser.parseString("{\"type\":\"UnicodeScripts\"}")));
        changed("normalizer", json -> json.add("normalizer", JsonParser.parseString("{\"type\":\"BertNormalizer\"}")));
        changed("post_processor", json -> json.add("post_processor", JsonParser.parseString("{\"type\":\"Bert\"}")));
        changed("added_tokens", json -> json.getAsJsonArray("added_tokens").add(7));
    }

    private static Tokenizer read(Path file, int bos, int eos) throws PxiException {
        List<Integer> ends = eos == Tokenizer.NO_TOKEN ? List.of() : List.of(eos);
        return TokenizerJsonReader.read(file, new ModelTokens(bos, ends, Integer.MAX_VALUE), note -> {});
    }

    private static JsonObject vocabulary(JsonObject json) {
        return json.getAsJsonObject("model").getAsJsonObject("vocab");
    }

    private void changed(String told, Consumer<JsonObject> change) throws IOException {
        JsonObject json = byteLevel("llama3");
        change.accept(json);
        Path file = file(json);
        assertThatThrownBy(() -> read(file, -1, -1))
                .isInstanceOf(PxiException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(told);
    }

    private static void refused(Path file) {
        assertThatThrownBy(() -> read(file, -1, -1)).isInstanceOf(PxiException.class);
    }

    @Test
    void idsOutOfRangeAreRefused() throws IOException {
        Path file = file(byteLevel("gpt2"));
        int vocabulary = read(file, -1, -1).vocabulary();
        for (int id : IntStream.of(vocabulary, Integer.MAX_VALUE, -2).toArray()) {
            assertThatThrownBy(() -> read(file, id, -1)).isInstanceOf(PxiException.class);
            assertThatThrownBy(() -> read(file, -1, id)).isInstanceOf(PxiException.class);
        }
    }
}
