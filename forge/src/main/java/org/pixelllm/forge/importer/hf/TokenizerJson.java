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

    private static final int MAX_SHOWN = 200;

    final String file;
    final Map<String, Integer> vocabulary = new HashMap<>();
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
        return new InvalidContentException(
                new Fault(file, place, expected, found, "Use the tokenizer.json that belongs to the model."));
    }
}
