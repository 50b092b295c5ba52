package org.pixelllm.forge.importer.hf;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/** A Hugging Face {@code tokenizer.json} as it is written: vocabulary and merges in lists, the rest as JSON. */
final class TokenizerJson {

    /** The greatest id that a token may have. */
    static final int MAX_ID = (1 << 20) - 1;

    static final String REMEDY =
            "Use the tokenizer.json that belongs to the model, or import without a tokenizer: --tokenizer none.";

    /** Where a file keeps the tokens that were added to its vocabulary. */
    static final String ADDED = "added_tokens";

    private static final int MAX_SHOWN = 200;

    final String file;
    final Map<String, Integer> vocabulary = new HashMap<>();

    /** The scores of a unigram model, by id; empty for others. */
    final List<Double> scores = new ArrayList<>();

    final List<String> lefts = new ArrayList<>();
    final List<String> rights = new ArrayList<>();

    /** The keys of the model other than vocabulary and merges. */
    final JsonObject model = new JsonObject();

    /** The keys of the file other than the model. */
    final JsonObject rest = new JsonObject();

    TokenizerJson(String file) {
        this.file = file;
    }

    /** The steps of a part of the file: none where it is null, the members of a sequence, or the part itself. */
    List<JsonObject> steps(String part, String members) throws PxiException {
        JsonElement value = rest.get(part);
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
                throw fault(part, "objects", shown(step));
            }
            objects.add(object);
        }
        return objects;
    }

    boolean hasNormalizer() throws PxiException {
        return !steps("normalizer", "normalizers").isEmpty();
    }

    List<JsonElement> array(String key) throws PxiException {
        JsonElement value = rest.get(key);
        if (value == null || value.isJsonNull()) {
            return List.of();
        }
        if (!value.isJsonArray()) {
            throw fault(key, "a list", shown(value));
        }
        return value.getAsJsonArray().asList();
    }

    /**
     * Leaves out added tokens that the model has no weights for; those of the vocabulary itself stay, and are refused later.
     *
     * @param rows ids of the model are below this
     * @return the names of those that were left out
     */
    List<String> dropAdded(int rows) throws PxiException {
        List<String> names = new ArrayList<>();
        JsonArray kept = new JsonArray();
        for (JsonElement each : array(ADDED)) {
            boolean beyond = each instanceof JsonObject token
                    && token.has("id")
                    && id(token.get("id"), ADDED) >= rows
                    && !vocabulary.containsKey(String.valueOf(text(token, "content")));
            if (beyond) {
                names.add(shown(((JsonObject) each).get("content")));
            } else {
                kept.add(each);
            }
        }
        if (!names.isEmpty()) {
            rest.add(ADDED, kept);
        }
        return names;
    }

    int id(JsonElement value, String place) throws InvalidContentException {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
            double number = value.getAsDouble();
            if (number >= 0 && number <= MAX_ID && number == Math.rint(number)) {
                return (int) number;
            }
        }
        throw fault(place, "an id from 0 to " + MAX_ID, shown(value));
    }

    void require(String place, @Nullable JsonElement value, String expected) throws PxiException {
        if (value == null || !value.toString().equals("\"" + expected + "\"")) {
            throw fault(place, "\"" + expected + "\"", shown(value));
        }
    }

    static boolean is(JsonObject object, String type) {
        return type.equals(text(object, "type"));
    }

    static boolean hasKey(JsonElement element, String key) {
        return element instanceof JsonObject object && object.has(key);
    }

    static @Nullable String text(JsonObject object, String key) {
        JsonElement value = object.get(key);
        return value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isString()
                ? value.getAsString()
                : null;
    }

    static boolean flag(JsonObject object, String key) {
        JsonElement value = object.get(key);
        return value != null && value.toString().equals("true");
    }

    static String shown(@Nullable JsonElement value) {
        String text = String.valueOf(value);
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    InvalidContentException fault(String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, REMEDY));
    }
}
