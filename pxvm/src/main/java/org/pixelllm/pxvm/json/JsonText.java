package org.pixelllm.pxvm.json;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/**
 * JSON as its standard has it, and what is wrong with it in our own words: the library's messages name its classes, its
 * settings and its web pages, of which a person who has a broken file knows nothing.
 */
public final class JsonText {

    private static final Pattern LINE = Pattern.compile(" line (\\d+) column (\\d+)");
    private static final Pattern PATH = Pattern.compile(" path (\\$\\S*)");
    private static final Pattern EXPECTED = Pattern.compile("Expected (?:an? )?(\\w+)");
    private static final Pattern FOUND = Pattern.compile(" but was (?:an? )?(\\w+)");

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("BEGIN_OBJECT", "an object"),
            Map.entry("BEGIN_ARRAY", "a list"),
            Map.entry("END_OBJECT", "the end of an object"),
            Map.entry("END_ARRAY", "the end of a list"),
            Map.entry("NAME", "a key"),
            Map.entry("name", "a key"),
            Map.entry("STRING", "a text"),
            Map.entry("string", "a text"),
            Map.entry("NUMBER", "a number"),
            Map.entry("int", "a whole number"),
            Map.entry("long", "a whole number"),
            Map.entry("double", "a number"),
            Map.entry("BOOLEAN", "true or false"),
            Map.entry("boolean", "true or false"),
            Map.entry("NULL", "null"),
            Map.entry("null", "null"),
            Map.entry("END_DOCUMENT", "the end of the text"));

    private JsonText() {}

    /** What it is in a message. */
    public static String words(JsonToken token) {
        return WORDS.getOrDefault(token.name(), "something else");
    }

    /** A reader that takes nothing but JSON. */
    public static JsonReader reader(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        return reader;
    }

    /**
     * Reads a text that is one JSON value.
     *
     * @param file the name to use in messages
     * @param remedy what to do about a broken one
     * @throws InvalidContentException where it is no JSON
     */
    public static JsonElement parse(String text, String file, String remedy) throws InvalidContentException {
        JsonReader in = reader(text);
        try {
            check(in, file, remedy);
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw new InvalidContentException(
                        new Fault(file, "after the first value", "the end of the text", "more", remedy));
            }
            return JsonParser.parseReader(reader(text));
        } catch (InvalidContentException e) {
            throw e;
        } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
            throw fault(file, e, remedy);
        }
    }

    /** Goes through a value to its end; the reader bounds how deep that goes. */
    private static void check(JsonReader in, String file, String remedy) throws IOException {
        switch (in.peek()) {
            case BEGIN_OBJECT -> {
                Set<String> keys = new HashSet<>();
                in.beginObject();
                while (in.hasNext()) {
                    if (!keys.add(in.nextName())) {
                        throw new InvalidContentException(
                                new Fault(file, in.getPath(), "each key once", "it a second time", remedy));
                    }
                    check(in, file, remedy);
                }
                in.endObject();
            }
            case BEGIN_ARRAY -> {
                in.beginArray();
                while (in.hasNext()) {
                    check(in, file, remedy);
                }
                in.endArray();
            }
            default -> in.skipValue();
        }
    }

    /**
     * Reads a text that is one JSON object into a record.
     *
     * @param file the name to use in messages
     * @param remedy what to do about a broken one
     * @return null where the text says null
     * @throws InvalidContentException where it is no JSON, or a value has a type that the record has not
     */
    public static <T> @Nullable T read(String text, Class<T> type, String file, String remedy)
            throws InvalidContentException {
        parse(text, file, remedy);
        try {
            // From the text again: a reader refuses a number that does not fit, where a tree cuts it.
            return new Gson().fromJson(reader(text), type);
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            throw fault(file, e, remedy);
        }
    }

    /**
     * Says what a reader has found wrong.
     *
     * @param file the name to use in messages
     * @param e what the reader threw
     * @param remedy what to do about it
     */
    public static InvalidContentException fault(String file, Exception e, String remedy) {
        String said = String.valueOf(e.getMessage());
        String expected = word(EXPECTED, said);
        String found = word(FOUND, said);
        if (said.contains("Nesting limit")) {
            expected = "fewer levels of lists and objects";
            found = "more than are read";
        } else if (e instanceof EOFException || e.getCause() instanceof EOFException) {
            expected = "more";
            found = "the end of the text";
        } else if (said.contains("null is not allowed")) {
            expected = "a value";
            found = "null";
        } else if (expected == null || found == null) {
            expected = "JSON";
            found = "text that breaks its rules";
        }
        return new InvalidContentException(new Fault(file, place(said), expected, found, remedy));
    }

    private static String place(String said) {
        Matcher line = LINE.matcher(said);
        if (line.find()) {
            return "line " + line.group(1) + ", column " + line.group(2);
        }
        Matcher path = PATH.matcher(said);
        return path.find() ? path.group(1) : "whole text";
    }

    private static @Nullable String word(Pattern pattern, String said) {
        Matcher matcher = pattern.matcher(said);
        return matcher.find() ? WORDS.get(matcher.group(1)) : null;
    }
}
