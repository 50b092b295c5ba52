package org.pixelllm.forge.importer.hf;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.json.JsonText;

/**
 * A model's {@code config.json}, asked for by key and kind. Where nothing else is said, null is as good as absent. It
 * remembers what it was asked for.
 *
 * @param file the file's name, for messages
 * @param place what precedes a key in messages
 * @param values every key
 * @param asked the keys that were asked for, each after its place; shared with what stands around it
 */
record HfConfig(String file, String place, JsonObject values, Set<String> asked) {

    private static final long MAX_BYTES = 1 << 20;

    private static final String REMEDY = "The file is damaged, or the model is a variation that cannot be imported.";

    /** Characters of a value in a message. */
    private static final int MAX_SHOWN = 80;

    static HfConfig read(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        String name = file.toString();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw fault(name, "whole file", "at most 1 MiB", Files.size(file) + " bytes");
            }
            JsonElement json = JsonText.parse(Files.readString(file, StandardCharsets.UTF_8), name, REMEDY);
            if (json instanceof JsonObject values) {
                return new HfConfig(name, "", values, new HashSet<>());
            }
            throw fault(name, "whole file", "a JSON object", "something else");
        } catch (PxiException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw fault(name, "whole file", "JSON in UTF-8", "other bytes");
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    /** Whether the key is there, be it null. */
    boolean states(String key) {
        asked.add(place + key);
        return values.has(key);
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /** The keys that nobody has asked for and that have a value, in the file's order. */
    List<String> leftOver() {
        return values.keySet().stream()
                .filter(key -> !asked.contains(place + key) && !values.get(key).isJsonNull())
                .toList();
    }

    /** Whether there is an object of this name within. */
    boolean isObject(String key) {
        return values.get(key) instanceof JsonObject;
    }

    /** A value as it stands, for comparison. */
    String json(String key) {
        return String.valueOf(values.get(key));
    }

    /** Whether an object within was asked for. */
    boolean wasAsked(String key) {
        return asked.contains(place + key);
    }

    private @Nullable JsonElement value(String key) {
        asked.add(place + key);
        JsonElement value = values.get(key);
        return value == null || value.isJsonNull() ? null : value;
    }

    private @Nullable JsonPrimitive primitive(String key) {
        return value(key) instanceof JsonPrimitive primitive ? primitive : null;
    }

    /** A whole number that must be there, within bounds. */
    int whole(String key, int least, int most) throws PxiException {
        JsonPrimitive value = primitive(key);
        if (value != null && value.isNumber()) {
            double number = value.getAsDouble();
            if (number == Math.rint(number) && number >= least && number <= most) {
                return (int) number;
            }
        }
        throw fault(key, "a whole number from " + least + " to " + most);
    }

    /** A whole number within bounds; a default where the key is absent. */
    int whole(String key, int least, int most, int otherwise) throws PxiException {
        return has(key) ? whole(key, least, most) : otherwise;
    }

    /** A finite number that must be there. */
    float real(String key) throws PxiException {
        JsonPrimitive value = primitive(key);
        if (value != null && value.isNumber() && Float.isFinite(value.getAsFloat())) {
            return value.getAsFloat();
        }
        throw fault(key, "a finite number");
    }

    /** A finite number; a default where the key is absent. */
    float real(String key, float otherwise) throws PxiException {
        return has(key) ? real(key) : otherwise;
    }

    /** A flag; a default where the key is absent. */
    boolean flag(String key, boolean otherwise) throws PxiException {
        if (!has(key)) {
            return otherwise;
        }
        JsonPrimitive value = primitive(key);
        if (value != null && value.isBoolean()) {
            return value.getAsBoolean();
        }
        throw fault(key, "true or false");
    }

    /** A text; a default where the key is absent. */
    String text(String key, String otherwise) throws PxiException {
        if (!has(key)) {
            return otherwise;
        }
        JsonPrimitive value = primitive(key);
        if (value != null && value.isString()) {
            return value.getAsString();
        }
        throw fault(key, "a text");
    }

    /** A list of texts, or null where the key is absent. */
    @Nullable
    List<String> texts(String key) throws PxiException {
        if (!has(key)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        if (value(key) instanceof JsonArray array) {
            for (JsonElement each : array) {
                texts.add(each instanceof JsonPrimitive text ? text.getAsString() : each.toString());
            }
            return texts;
        }
        throw fault(key, "a list of texts");
    }

    /** A list of finite numbers that must be there. */
    float[] reals(String key, int count) throws PxiException {
        if (value(key) instanceof JsonArray array && array.size() == count) {
            float[] reals = new float[count];
            for (int i = 0; i < count; i++) {
                if (!(array.get(i) instanceof JsonPrimitive number)
                        || !number.isNumber()
                        || !Float.isFinite(number.getAsFloat())) {
                    throw fault(key, count + " finite numbers");
                }
                reals[i] = number.getAsFloat();
            }
            return reals;
        }
        throw fault(key, count + " finite numbers");
    }

    /** An object within, or null where the key is absent. */
    @Nullable
    HfConfig within(String key) throws PxiException {
        if (!has(key)) {
            return null;
        }
        if (value(key) instanceof JsonObject object) {
            return new HfConfig(file, place + key + ".", object, asked);
        }
        throw fault(key, "an object");
    }

    /** Token ids: one, a list of them, or none where the key is absent. */
    List<Integer> ids(String key) throws PxiException {
        JsonElement value = value(key);
        List<Integer> ids = new ArrayList<>();
        for (JsonElement each : value instanceof JsonArray several ? several.asList() : listOf(value)) {
            JsonObject one = new JsonObject();
            one.add(key, each);
            ids.add(new HfConfig(file, place, one, asked).whole(key, 0, Integer.MAX_VALUE));
        }
        return ids;
    }

    private static List<JsonElement> listOf(@Nullable JsonElement value) {
        return value == null ? List.of() : List.of(value);
    }

    /** A token id, the first where there are several, or the default where there is none. */
    int id(String key, int otherwise) throws PxiException {
        List<Integer> ids = ids(key);
        return ids.isEmpty() ? otherwise : ids.getFirst();
    }

    /** Requires one of these texts where the key is there. */
    void require(String key, List<String> allowed) throws PxiException {
        if (!allowed.contains(text(key, allowed.getFirst()))) {
            throw fault(key, "one of " + allowed);
        }
    }

    /** Requires this flag where the key is there. */
    void require(String key, boolean wanted) throws PxiException {
        if (flag(key, wanted) != wanted) {
            throw fault(key, String.valueOf(wanted));
        }
    }

    /** That a key has not the value it must have. */
    InvalidContentException fault(String key, String expected) {
        JsonElement value = value(key);
        String found = value == null ? "no such key" : value.toString();
        String start = found.length() > MAX_SHOWN ? found.substring(0, MAX_SHOWN) + "…" : found;
        return fault(file, place + key, expected, start);
    }

    static InvalidContentException fault(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(file, place, expected, found, REMEDY));
    }
}
