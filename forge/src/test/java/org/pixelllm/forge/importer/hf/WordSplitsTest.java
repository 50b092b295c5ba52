package org.pixelllm.forge.importer.hf;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.forge.tokenizer.BpeTrainer;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/** Each published way to cut texts, with its source in the resource, gives the ids that Hugging Face's own library gives. */
class WordSplitsTest {

    private static final int TEXTS = Boolean.getBoolean("pixelllm.long") ? 20_000 : 400;
    private static final int VOCABULARY = 1024;
    private static final JsonObject CASES = cases();

    private static List<String> texts = List.of();
    private static ByteBpeTokenizer learnt = BpeTrainer.train(List.of(), 256);

    @TempDir
    private Path folder;

    private static JsonObject cases() {
        return JsonParser.parseReader(new InputStreamReader(
                        Objects.requireNonNull(WordSplitsTest.class.getResourceAsStream("/tokenizers/splits.json")),
                        StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    static Set<String> names() throws IOException {
        texts = ManyTexts.of(TEXTS);
        learnt = BpeTrainer.train(texts.subList(0, 400), VOCABULARY);
        return CASES.keySet();
    }

    private static JsonObject file(JsonObject published) {
        JsonObject vocabulary = new JsonObject();
        for (int id = 0; id < learnt.vocabulary(); id++) {
            vocabulary.addProperty(TokenizerJsons.spelled(learnt.bytes(id)), id);
        }
        JsonArray merges = new JsonArray();
        learnt.merges()
                .forEach(merge -> merges.add(TokenizerJsons.spelled(learnt.bytes(merge.left())) + " "
                        + TokenizerJsons.spelled(learnt.bytes(merge.right()))));
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("ignore_merges", published.get("ignore_merges"));
        model.add("vocab", vocabulary);
        model.add("merges", merges);
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("normalizer", published.get("normalizer"));
        json.add("pre_tokenizer", published.get("pre_tokenizer"));
        json.add("model", model);
        return json;
    }

    @ParameterizedTest
    @MethodSource("names")
    void idsAreTheLibrarys(String name) throws IOException {
        JsonObject json = file(CASES.getAsJsonObject(name));
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        ModelTokens tokens = new ModelTokens(Tokenizer.NO_TOKEN, List.of(), Integer.MAX_VALUE);
        byte[] section = TokenizerJsonReader.read(file, tokens, note -> {}).toBytes();
        Tokenizer tokenizer = Tokenizers.read(section, "section");
        assertThat(tokenizer.toBytes()).isEqualTo(section);
        Tokenizer named = named(json, name);
        List<String> different = new ArrayList<>();
        try (HuggingFaceTokenizer oracle = Oracle.open(file)) {
            for (String text : texts) {
                int[] expected = Oracle.ids(oracle, text);
                if (!Arrays.equals(tokenizer.encode(text), expected) || !Arrays.equals(named.encode(text), expected)) {
                    different.add(text);
                }
            }
        }
        assertThat(different).isEmpty();
    }

    /** As GGUF has it: the lists, and the name of the way to cut. */
    private static Tokenizer named(JsonObject json, String name) {
        String[] tokens =
                json.getAsJsonObject("model").getAsJsonObject("vocab").keySet().toArray(String[]::new);
        String[] merges = json.getAsJsonObject("model").getAsJsonArray("merges").asList().stream()
                .map(each -> each.getAsString())
                .toArray(String[]::new);
        int[] types = new int[tokens.length];
        Arrays.fill(types, 1);
        return ByteBpeTokenizer.of(tokens, merges, types, name, Tokenizer.NO_TOKEN, Tokenizer.NO_TOKEN, false);
    }
}
