package org.pixelllm.forge.importer.hf;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.Merge;
import org.pixelllm.pxvm.tokenizer.PieceType;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextOption;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.WordSplit;

/**
 * Reads a Hugging Face {@code tokenizer.json} of a BPE model: byte-level ones, and SentencePiece vocabularies with byte
 * fallback. What would change the ids and is not known here is refused. Added tokens are found in the text as it
 * stands, also where the file asks for its normal form.
 */
public final class TokenizerJsonReader {

    private static final String SPACE = "\u2581";
    private static final int MAX_ID = (1 << 20) - 1;

    private final TokenizerJson json;
    private final Set<TextOption> options = EnumSet.of(TextOption.FIND_CONTROL);

    private TokenizerJsonReader(TokenizerJson json) {
        this.json = json;
    }

    /**
     * Reads a tokenizer.
     *
     * @param bos the model's token that begins a text, or {@link Tokenizer#NO_TOKEN}; one that the file itself puts
     *     before texts goes first
     * @param eos the model's token that ends a text, or {@link Tokenizer#NO_TOKEN}
     * @throws PxiException naming the place in the file that is wrong or not supported
     */
    public static Tokenizer read(Path file, int bos, int eos) throws PxiException {
        TokenizerJson json = TokenizerJson.read(file);
        try {
            return new TokenizerJsonReader(json).tokenizer(bos, eos);
        } catch (InvalidTokenizerException e) {
            throw e.in(json.file);
        }
    }

    private Tokenizer tokenizer(int bos, int eos) throws PxiException {
        require("model.type", json.model.get("type"), "BPE");
        for (String key : List.of("continuing_subword_prefix", "end_of_word_suffix", "dropout")) {
            JsonElement value = json.model.get(key);
            if (value != null && !value.isJsonNull() && !value.toString().equals("\"\"")) {
                throw json.fault("model." + key, "none", value.toString());
            }
        }
        int begin = prefix() instanceof Integer id ? id : bos;
        List<JsonObject> normalizers = steps("normalizer", "normalizers");
        List<JsonObject> splits = steps("pre_tokenizer", "pretokenizers");
        boolean fallback = flag(json.model, "byte_fallback");
        return fallback ? characters(normalizers, splits, begin, eos) : bytes(normalizers, splits, begin, eos);
    }

    private Tokenizer bytes(List<JsonObject> normalizers, List<JsonObject> splits, int bos, int eos)
            throws PxiException {
        for (JsonObject normalizer : normalizers) {
            require("normalizer.type", normalizer.get("type"), "NFC");
            options.add(TextOption.NFC);
        }
        if (flag(json.model, "ignore_merges")) {
            options.add(TextOption.WHOLE_WORDS);
        }
        WordSplit split = split(splits);
        Pieces pieces = pieces(false);
        String[] merges = new String[json.lefts.size()];
        for (int rank = 0; rank < merges.length; rank++) {
            merges[rank] = json.lefts.get(rank) + " " + json.rights.get(rank);
        }
        return ByteBpeTokenizer.of(pieces.tokens, merges, pieces.types, split, bos, eos, options);
    }

    private WordSplit split(List<JsonObject> splits) throws PxiException {
        JsonObject last = splits.isEmpty() ? new JsonObject() : splits.getLast();
        JsonObject first = splits.size() == 2 ? splits.getFirst() : new JsonObject();
        boolean levels = is(last, "ByteLevel");
        boolean gpt2 = !last.has("use_regex") || flag(last, "use_regex");
        if (levels && splits.size() == 1) {
            if (flag(last, "add_prefix_space")) {
                options.add(TextOption.SPACE_PREFIX);
            }
            return gpt2 ? WordSplit.GPT2 : WordSplit.NONE;
        }
        if (levels && !flag(last, "add_prefix_space")) {
            if (gpt2 && is(first, "Digits") && flag(first, "individual_digits")) {
                return WordSplit.SMOLLM;
            }
            boolean isolated = is(first, "Split") && "Isolated".equals(text(first, "behavior"));
            if (!gpt2 && isolated && !flag(first, "invert") && first.get("pattern") instanceof JsonObject pattern) {
                WordSplit split = WordSplit.byExpression(String.valueOf(text(pattern, "Regex")));
                if (split != null) {
                    return split;
                }
            }
        }
        throw json.fault(
                "pre_tokenizer", "that of GPT-2, Llama 3, Qwen 2 or SmolLM", shown(json.rest.get("pre_tokenizer")));
    }

    private Tokenizer characters(List<JsonObject> normalizers, List<JsonObject> splits, int bos, int eos)
            throws PxiException {
        if (!splits.isEmpty()) {
            throw json.fault("pre_tokenizer", "none beside byte_fallback", shown(json.rest.get("pre_tokenizer")));
        }
        List<JsonObject> rest = new ArrayList<>(normalizers);
        if (rest.size() == 2 && is(rest.getFirst(), "Prepend") && SPACE.equals(text(rest.getFirst(), "prepend"))) {
            options.add(TextOption.SPACE_PREFIX);
            rest.removeFirst();
        }
        boolean replaces = rest.size() == 1
                && is(rest.getFirst(), "Replace")
                && rest.getFirst().get("pattern") instanceof JsonObject pattern
                && " ".equals(text(pattern, "String"))
                && SPACE.equals(text(rest.getFirst(), "content"));
        if (!replaces) {
            throw json.fault(
                    "normalizer", "Prepend ▁ or not, then Replace \" \" by ▁", shown(json.rest.get("normalizer")));
        }
        options.add(TextOption.LOW_BLOCK_IS_SPACE);
        Pieces pieces = pieces(true);
        List<Merge> merges = new ArrayList<>(json.lefts.size());
        for (int rank = 0; rank < json.lefts.size(); rank++) {
            Integer left = json.vocabulary.get(json.lefts.get(rank));
            Integer right = json.vocabulary.get(json.rights.get(rank));
            if (left == null || right == null) {
                throw json.fault(
                        "model.merges[" + rank + "]",
                        "two tokens of the vocabulary",
                        json.lefts.get(rank) + " " + json.rights.get(rank));
            }
            merges.add(new Merge(left, right));
        }
        return ScoredBpeTokenizer.ranked(pieces.tokens, pieces.types, merges, bos, eos, options);
    }

    /** Tokens and types by id; ids that the file leaves out are unused. */
    private record Pieces(String[] tokens, int[] types) {}

    private Pieces pieces(boolean fallback) throws PxiException {
        Map<Integer, String> byId = new HashMap<>();
        for (Map.Entry<String, Integer> entry : json.vocabulary.entrySet()) {
            put(byId, entry.getValue(), entry.getKey());
        }
        Map<Integer, PieceType> added = new HashMap<>();
        for (JsonElement each : array("added_tokens")) {
            addAdded(each, byId, added);
        }
        int last = byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        String[] tokens = new String[last + 1];
        Arrays.fill(tokens, "");
        int[] types = new int[last + 1];
        for (int id = 0; id <= last; id++) {
            String token = byId.get(id);
            PieceType type = PieceType.UNUSED;
            if (token != null) {
                boolean isByte = fallback && token.matches("<0x[0-9A-F]{2}>");
                type = added.getOrDefault(id, isByte ? PieceType.BYTE : PieceType.NORMAL);
                tokens[id] = token;
            }
            types[id] = type.code();
        }
        return new Pieces(tokens, types);
    }

    private void addAdded(JsonElement each, Map<Integer, String> byId, Map<Integer, PieceType> added)
            throws PxiException {
        if (!(each instanceof JsonObject token) || text(token, "content") == null || !token.has("id")) {
            throw json.fault("added_tokens", "objects with id and content", shown(each));
        }
        for (String key : List.of("lstrip", "rstrip", "single_word")) {
            if (flag(token, key)) {
                throw json.fault("added_tokens, " + text(token, "content"), key + " false", "true");
            }
        }
        int id = id(token.get("id"), "added_tokens");
        String content = String.valueOf(text(token, "content"));
        Integer known = json.vocabulary.get(content);
        if (known != null && known != id) {
            throw json.fault("added_tokens, " + content, "id " + known + " as in the vocabulary", "id " + id);
        }
        if (known == null || added.containsKey(id)) {
            put(byId, id, content);
        }
        added.put(id, flag(token, "special") ? PieceType.CONTROL : PieceType.USER_DEFINED);
    }

    private void put(Map<Integer, String> byId, int id, String token) throws PxiException {
        if (id < 0 || id > MAX_ID) {
            throw json.fault("token \"" + token + "\"", "an id from 0 to " + MAX_ID, String.valueOf(id));
        }
        String other = byId.putIfAbsent(id, token);
        if (other != null) {
            throw json.fault("token \"" + token + "\"", "an id of its own", "that of \"" + other + "\"");
        }
    }

    /** The id that the file puts before a text, or null. */
    private @Nullable Integer prefix() throws PxiException {
        for (JsonObject step : steps("post_processor", "processors")) {
            if (is(step, "ByteLevel")) {
                continue;
            }
            require("post_processor.type", step.get("type"), "TemplateProcessing");
            List<JsonElement> single = step.get("single") instanceof JsonArray array ? array.asList() : List.of();
            if (single.size() == 1 && hasKey(single.getFirst(), "Sequence")) {
                continue;
            }
            if (single.size() == 2
                    && single.getFirst() instanceof JsonObject one
                    && one.get("SpecialToken") instanceof JsonObject special
                    && hasKey(single.getLast(), "Sequence")) {
                options.add(TextOption.ADD_BOS);
                return specialId(step, String.valueOf(text(special, "id")));
            }
            throw json.fault(
                    "post_processor.single", "the text, with one token before it or none", shown(step.get("single")));
        }
        return null;
    }

    private int specialId(JsonObject template, String name) throws PxiException {
        if (template.get("special_tokens") instanceof JsonObject tokens
                && tokens.get(name) instanceof JsonObject token
                && token.get("ids") instanceof JsonArray ids
                && ids.size() == 1) {
            return id(ids.get(0), "post_processor.special_tokens");
        }
        throw json.fault("post_processor.special_tokens", "one id for " + name, shown(template.get("special_tokens")));
    }

    /** The steps of a part of the file: none where it is null, the members of a sequence, or the part itself. */
    private List<JsonObject> steps(String part, String members) throws PxiException {
        JsonElement value = json.rest.get(part);
        if (value == null || value.isJsonNull()) {
            return List.of();
        }
        List<JsonElement> steps = value instanceof JsonObject object
                        && is(object, "Sequence")
                        && object.get(members) instanceof JsonArray array
                ? array.asList()
                : List.of(value);
        List<JsonObject> objects = new ArrayList<>();
        for (JsonElement step : steps) {
            if (!(step instanceof JsonObject object)) {
                throw json.fault(part, "objects", shown(step));
            }
            objects.add(object);
        }
        return objects;
    }

    private List<JsonElement> array(String key) throws PxiException {
        JsonElement value = json.rest.get(key);
        if (value == null || value.isJsonNull()) {
            return List.of();
        }
        if (!value.isJsonArray()) {
            throw json.fault(key, "a list", shown(value));
        }
        return value.getAsJsonArray().asList();
    }

    private int id(JsonElement value, String place) throws InvalidContentException {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
            double number = value.getAsDouble();
            if (number >= 0 && number <= MAX_ID && number == Math.rint(number)) {
                return (int) number;
            }
        }
        throw json.fault(place, "an id from 0 to " + MAX_ID, shown(value));
    }

    private void require(String place, @Nullable JsonElement value, String expected) throws PxiException {
        if (value == null || !value.toString().equals("\"" + expected + "\"")) {
            throw json.fault(place, "\"" + expected + "\"", shown(value));
        }
    }

    private static boolean is(JsonObject object, String type) {
        return type.equals(text(object, "type"));
    }

    private static boolean hasKey(JsonElement element, String key) {
        return element instanceof JsonObject object && object.has(key);
    }

    private static @Nullable String text(JsonObject object, String key) {
        JsonElement value = object.get(key);
        return value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isString()
                ? value.getAsString()
                : null;
    }

    private static boolean flag(JsonObject object, String key) {
        JsonElement value = object.get(key);
        return value != null && value.toString().equals("true");
    }

    private static String shown(@Nullable JsonElement value) {
        String text = String.valueOf(value);
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
