package org.pixelllm.forge.importer.hf;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes small files as Hugging Face's tokenizers write them. */
public final class TokenizerJsons {

    static final String GPT2 = """
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}\
        """;
    static final String GPT2_PREFIX = GPT2.replace("\"add_prefix_space\": false", "\"add_prefix_space\": true");
    static final String LLAMA3 = split("{1,3}");
    static final String QWEN2 = split("");
    static final String SMOLLM = """
        {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, %s]}\
        """.formatted(GPT2);
    static final String PREPEND = """
        {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
         {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}\
        """;

    private static final Pattern WORD = Pattern.compile("\\s*\\S+|\\s+");
    private static final List<String> UNREACHED = List.of("Ġupon", "https", "ĠĠĠĠ", "the");

    /** What was learned of texts, kept because it takes seconds. */
    private static final Map<List<String>, List<String>> LEARNED = new ConcurrentHashMap<>();

    private TokenizerJsons() {}

    private static String split(String digits) {
        return """
            {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex":
             "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}%s| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"},
             "behavior": "Isolated", "invert": false},
             {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}\
            """.formatted(digits);
    }

    /** A byte-level file whose merges are learned from texts, with added tokens and some words that no merges reach. */
    static JsonObject byteLevel(List<String> texts, int merges, String preTokenizer, boolean bos) {
        Set<String> vocabulary = new LinkedHashSet<>();
        for (int value = 0; value < 256; value++) {
            vocabulary.add(spelled(new byte[] {(byte) value}));
        }
        JsonArray pairs = new JsonArray();
        for (String pair : LEARNED.computeIfAbsent(texts, all -> learn(all, merges))) {
            pairs.add(pair);
            vocabulary.add(pair.replace(" ", ""));
        }
        vocabulary.addAll(UNREACHED);
        JsonObject file = file(vocabulary, List.of("<|begin|>", "<|end|>", "<s>"), pairs);
        file.add("pre_tokenizer", JsonParser.parseString(preTokenizer));
        if (bos) {
            file.add("post_processor", template("<|begin|>", vocabulary.size()));
        }
        return file;
    }

    /** A file with byte fallback from SentencePiece's pieces, as Hugging Face's converter makes one. */
    static JsonObject sentencePiece(List<String> pieces, List<Float> scores) {
        Map<String, Float> vocabulary = new LinkedHashMap<>();
        for (int id = 0; id < pieces.size(); id++) {
            vocabulary.put(id < 3 ? pieces.get(id).strip() : pieces.get(id).replace(' ', '▁'), scores.get(id));
        }
        List<String> order = new ArrayList<>(vocabulary.keySet());
        order.sort(Comparator.comparingDouble(piece -> -vocabulary.getOrDefault(piece, 0f)));
        JsonArray pairs = new JsonArray();
        for (String piece : order) {
            for (int cut = 1; cut < piece.length(); cut++) {
                if (vocabulary.containsKey(piece.substring(0, cut)) && vocabulary.containsKey(piece.substring(cut))) {
                    pairs.add(piece.substring(0, cut) + " " + piece.substring(cut));
                }
            }
        }
        JsonObject file = file(vocabulary.keySet(), List.of("<unk>", "<s>", "</s>"), pairs);
        file.getAsJsonObject("model").addProperty("byte_fallback", true);
        file.getAsJsonObject("model").addProperty("fuse_unk", true);
        file.getAsJsonObject("model").addProperty("unk_token", "<unk>");
        file.add("normalizer", JsonParser.parseString(PREPEND));
        file.add("post_processor", template("<s>", 1));
        return file;
    }

    private static JsonObject file(Set<String> vocabulary, List<String> added, JsonArray merges) {
        JsonObject ids = new JsonObject();
        vocabulary.forEach(token -> ids.addProperty(token, ids.size()));
        JsonArray addedTokens = new JsonArray();
        int next = vocabulary.size();
        for (String token : added) {
            JsonElement known = ids.get(token);
            JsonObject each = JsonParser.parseString("""
                {"single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}\
                """).getAsJsonObject();
            each.addProperty("id", known == null ? next++ : known.getAsInt());
            each.addProperty("content", token);
            addedTokens.add(each);
        }
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("vocab", ids);
        model.add("merges", merges);
        JsonObject file = new JsonObject();
        file.addProperty("version", "1.0");
        file.add("added_tokens", addedTokens);
        file.add("model", model);
        return file;
    }

    private static JsonElement template(String token, int id) {
        return JsonParser.parseString("""
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "%1$s", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"%1$s": {"id": "%1$s", "ids": [%2$d], "tokens": ["%1$s"]}}}\
            """.formatted(token, id));
    }

    /** GPT-2's bytes_to_unicode. */
    public static String spelled(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            int value = Byte.toUnsignedInt(each);
            if ((value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174) {
                text.append((char) value);
            } else {
                int before = value <= 32 ? value : value <= 160 ? value - 127 + 33 : 67;
                text.append((char) (256 + before));
            }
        }
        return text.toString();
    }

    private static List<String> learn(List<String> texts, int merges) {
        Map<List<String>, Integer> words = new LinkedHashMap<>();
        for (String text : texts) {
            Matcher matcher = WORD.matcher(text);
            while (matcher.find()) {
                String word = spelled(matcher.group().getBytes(StandardCharsets.UTF_8));
                words.merge(Arrays.asList(word.split("")), 1, Integer::sum);
            }
        }
        Set<String> learned = new LinkedHashSet<>();
        while (learned.size() < merges) {
            Map<String, Integer> counts = new LinkedHashMap<>();
            words.forEach((word, count) -> {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(word.get(i) + " " + word.get(i + 1), count, Integer::sum);
                }
            });
            String best = counts.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
            if (!learned.add(best)) {
                throw new IllegalStateException("learned twice: " + best);
            }
            Map<List<String>, Integer> joined = new LinkedHashMap<>();
            words.forEach((word, count) -> joined.merge(join(word, best), count, Integer::sum));
            words = joined;
        }
        return List.copyOf(learned);
    }

    private static List<String> join(List<String> word, String pair) {
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            if (i + 1 < word.size() && pair.equals(word.get(i) + " " + word.get(i + 1))) {
                joined.add(word.get(i) + word.get(++i));
            } else {
                joined.add(word.get(i));
            }
        }
        return joined;
    }
}
