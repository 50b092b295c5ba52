package org.pixelllm.forge.importer.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/** What is done to texts before they are encoded, and unigram models: ids as Hugging Face's own library gives them. */
class PreparedTextsTest {

    private static final int TEXTS = Boolean.getBoolean("pixelllm.long") ? 20_000 : 300;
    private static final String MARKED =
            "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"▁\"}";
    private static final String BYTES =
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}";

    /** Steps before the words, by name: normalizer and pre-tokenizer as files have them. */
    private static final Map<String, String[]> CASES = new TreeMap<>(Map.ofEntries(
            Map.entry("llama-2", new String[] {
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Prepend\", \"prepend\": \"▁\"}, " + MARKED
                        + "]}",
                "null"
            }),
            Map.entry("gemma", new String[] {
                MARKED,
                "{\"type\": \"Split\", \"pattern\": {\"String\": \" \"}, \"behavior\": \"MergedWithPrevious\", \"invert\": false}"
            }),
            Map.entry("metaspace first", new String[] {"null", metaspace("first", false)}),
            Map.entry("metaspace always", new String[] {"null", metaspace("always", true)}),
            Map.entry("metaspace never", new String[] {"null", metaspace("never", true)}),
            Map.entry("t5", new String[] {
                "null",
                "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"}, "
                        + metaspace("always", true) + "]}"
            }),
            Map.entry("albert", new String[] {
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKD\"}, {\"type\": \"StripAccents\"},"
                        + " {\"type\": \"Lowercase\"}, {\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true},"
                        + " {\"type\": \"Replace\", \"pattern\": {\"Regex\": \" {2,}\"}, \"content\": \" \"}]}",
                metaspace("always", true)
            }),
            Map.entry("nfkc", new String[] {"{\"type\": \"NFKC\"}", metaspace("first", true)}),
            Map.entry("mapped", new String[] {
                "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"" + map() + "\"}", metaspace("always", true)
            })));

    private static List<String> texts = List.of();

    @TempDir
    private Path folder;

    private static String metaspace(String scheme, boolean split) {
        return "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"" + scheme + "\", \"split\": "
                + split + "}";
    }

    /** A table of three: ① becomes 1, ﬁ becomes fi, and A becomes a; its trie is laid out by hand. */
    private static String map() {
        Map<String, String> pairs = new TreeMap<>(Map.of("①", "1", "ﬁ", "fi", "A", "a"));
        return Base64.getEncoder().encodeToString(CharacterMaps.of(pairs));
    }

    private static List<String> texts() throws IOException {
        if (texts.isEmpty()) {
            List<String> all = new ArrayList<>(ManyTexts.of(TEXTS));
            all.addAll(List.of(
                    "",
                    " ",
                    "  a  b ",
                    "a<m>b",
                    " <m> ",
                    "x <m>\n y",
                    "a▁b ▁ c",
                    "ÀÉ ﬁne ①②",
                    "▁▁ ▁▁▁",
                    "<m><m> <m>",
                    "a <m>"));
            texts = all;
        }
        return texts;
    }

    private Path file(String model, String[] steps, String habits) throws IOException {
        return Files.writeString(
                folder.resolve("tokenizer.json"), json(model, steps, habits).toString());
    }

    private static JsonObject json(String kind, String[] steps, String habits) throws IOException {
        JsonObject model = model(kind);
        int known = -1; // where ▁▁ is in the vocabulary
        int next;
        if (kind.equals("BPE")) {
            JsonObject vocabulary = model.getAsJsonObject("vocab");
            next = vocabulary.size();
            known = vocabulary.has("▁▁") ? vocabulary.get("▁▁").getAsInt() : known;
        } else {
            JsonArray vocabulary = model.getAsJsonArray("vocab");
            next = vocabulary.size();
            for (int id = 0; id < next; id++) {
                known = vocabulary.get(id).getAsJsonArray().get(0).getAsString().equals("▁▁") ? id : known;
            }
        }
        JsonObject file = new JsonObject();
        file.addProperty("version", "1.0");
        JsonArray added = new JsonArray();
        JsonObject one = JsonParser.parseString(
                        "{\"content\": \"<m>\", \"id\": " + next
                                + ", \"lstrip\": false, \"rstrip\": false, \"single_word\": false, \"normalized\": false, \"special\": true}")
                .getAsJsonObject();
        for (String habit : habits.split(" ", -1)) {
            if (!habit.isEmpty()) {
                one.addProperty(habit, true);
            }
        }
        added.add(one);
        JsonObject two = JsonParser.parseString(
                        "{\"content\": \"▁▁\", \"id\": " + (known < 0 ? next + 1 : known)
                                + ", \"lstrip\": false, \"rstrip\": false, \"single_word\": false, \"normalized\": false, \"special\": false}")
                .getAsJsonObject();
        added.add(two);
        file.add("added_tokens", added);
        file.add("normalizer", JsonParser.parseString(steps[0]));
        file.add("pre_tokenizer", JsonParser.parseString(steps[1]));
        file.add("model", model);
        return file;
    }

    /** Letters, pairs and words of the texts with seeded scores, or merges that make the same. */
    private static JsonObject model(String kind) throws IOException {
        Set<String> pieces = new LinkedHashSet<>(List.of("<unk>"));
        if (!kind.equals("Unigram")) {
            for (int value = 0; value < 256; value++) {
                pieces.add("<0x%02X>".formatted(value));
            }
        }
        String text =
                String.join(" ", texts().subList(20, 60)).replace(' ', '▁').replace("\n", "");
        JsonArray merges = new JsonArray();
        text.codePoints().limit(2_000).forEach(each -> pieces.add(Character.toString(each)));
        int[] codePoints = text.codePoints().limit(1_500).toArray();
        for (int i = 0; i + 1 < codePoints.length; i++) {
            String left = Character.toString(codePoints[i]);
            String right = Character.toString(codePoints[i + 1]);
            if (pieces.add(left + right)) {
                merges.add(left + " " + right);
            }
        }
        Random random = new Random(5);
        JsonObject model = new JsonObject();
        model.addProperty("byte_fallback", !kind.equals("Unigram"));
        if (kind.equals("BPE")) {
            model.addProperty("type", "BPE");
            model.addProperty("unk_token", "<unk>");
            model.addProperty("fuse_unk", true);
            JsonObject vocabulary = new JsonObject();
            pieces.forEach(each -> vocabulary.addProperty(each, vocabulary.size()));
            model.add("vocab", vocabulary);
            model.add("merges", merges);
        } else {
            model.addProperty("type", "Unigram");
            model.addProperty("unk_id", 0);
            JsonArray vocabulary = new JsonArray();
            for (String each : pieces) {
                JsonArray pair = new JsonArray();
                pair.add(each);
                pair.add((double) (float) (-4 - 8 * random.nextDouble()));
                vocabulary.add(pair);
            }
            model.add("vocab", vocabulary);
        }
        return model;
    }

    private static Tokenizer read(Path file) throws PxiException {
        ModelTokens tokens = new ModelTokens(Tokenizer.NO_TOKEN, List.of(), Integer.MAX_VALUE);
        byte[] section = TokenizerJsonReader.read(file, tokens, note -> {}).toBytes();
        Tokenizer tokenizer = Tokenizers.read(section, "section");
        assertThat(tokenizer.toBytes()).isEqualTo(section);
        return tokenizer;
    }

    private void sameIds(Path file) throws IOException {
        Tokenizer tokenizer = read(file);
        List<String> different = new ArrayList<>();
        try (HuggingFaceTokenizer oracle = Oracle.open(file)) {
            for (String text : texts()) {
                int[] ids = tokenizer.encode(text);
                int[] expected = Oracle.ids(oracle, text);
                if (!Arrays.equals(ids, expected)) {
                    different.add("\"" + text + "\": " + Arrays.toString(ids) + ", not " + Arrays.toString(expected));
                }
            }
        }
        assertThat(different.stream().limit(5)).isEmpty();
    }

    static Set<String> names() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void idsAreTheLibrarys(String name) throws IOException {
        for (String model : new String[] {"BPE", "Unigram", "Unigram with bytes"}) {
            sameIds(file(model, CASES.getOrDefault(name, new String[2]), ""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lstrip",
                "rstrip",
                "lstrip rstrip",
                "single_word",
                "normalized",
                "normalized rstrip",
                "normalized lstrip single_word"
            })
    void addedTokensAreFoundAsTheLibraryFindsThem(String habits) throws IOException {
        for (String name : new String[] {"llama-2", "gemma", "metaspace first", "t5", "albert"}) {
            sameIds(file("BPE", CASES.getOrDefault(name, new String[2]), habits));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "normalizer|{\"type\": \"BertNormalizer\"}|null|BertNormalizer",
                "normalizer|{\"type\": \"Nmt\"}|null|Nmt",
                "pre_tokenizer|null|{\"type\": \"BertPreTokenizer\"}|BertPreTokenizer",
                "pre_tokenizer|null|{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"x\"}|CharDelimiterSplit",
                "word split|null|{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(?<name>a)\"}, \"behavior\": \"Isolated\"}|a group of a kind",
                "word split|null|{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\h\"}, \"behavior\": \"Isolated\"}|\\h",
                "behavior|null|{\"type\": \"Split\", \"pattern\": {\"Regex\": \"a\"}, \"behavior\": \"Joined\"}|Joined",
            })
    void whatIsNotKnownIsRefusedByName(String place, String normalizer, String splits, String found)
            throws IOException {
        Path file = file("BPE", new String[] {normalizer, splits}, "");
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(PxiException.class)
                .hasMessageContaining(place)
                .hasMessageContaining(found);
    }

    @Test
    void byteLevelsCutWhatTheyAreToldToCut() throws IOException {
        JsonObject json = json("BPE", new String[] {"null", "null"}, "normalized");
        JsonObject vocabulary = new JsonObject();
        for (int value = 0; value < 256; value++) {
            if (value < 0xF5 && value != 0xC0 && value != 0xC1) {
                vocabulary.addProperty(TokenizerJsons.spelled(new byte[] {(byte) value}), vocabulary.size());
            }
        }
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("vocab", vocabulary);
        model.add("merges", new JsonArray());
        json.add("model", model);
        json.getAsJsonArray("added_tokens").get(0).getAsJsonObject().addProperty("id", 243);
        json.getAsJsonArray("added_tokens").get(1).getAsJsonObject().addProperty("id", 244);
        for (String cut : List.of(
                "{\"type\": \"Whitespace\"}",
                "{\"type\": \"Split\", \"pattern\": {\"String\": \"a.\"}, \"behavior\": \"Removed\", \"invert\": false}",
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"[a-e]\"}, \"behavior\": \"Contiguous\", \"invert\": true}")) {
            json.add(
                    "pre_tokenizer",
                    JsonParser.parseString(
                            "{\"type\": \"Sequence\", \"pretokenizers\": [" + cut + ", " + BYTES + "]}"));
            sameIds(Files.writeString(folder.resolve("tokenizer.json"), json.toString()));
        }
    }
}
