package org.pixelllm.forge.importer.hf;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.json.JsonText;

/** Reads a {@code tokenizer.json} as a stream, so that a hostile file cannot take more memory than its limits. */
final class TokenizerJsonParser {

    /** Twice the largest known file. */
    private static final long MAX_FILE_BYTES = 64L << 20;

    private static final int MAX_TOKENS = 1 << 20;
    private static final int MAX_MERGES = 1 << 22;

    /** The most JSON values outside of vocabulary and merges; a thousand added tokens are 8,000. */
    private static final int MAX_VALUES = 1 << 18;

    private final TokenizerJson json;
    private int values;

    private TokenizerJsonParser(TokenizerJson json) {
        this.json = json;
    }

    static TokenizerJson parse(Path path) throws PxiException {
        TokenizerJson json = new TokenizerJson(path.toString());
        PxiFiles.requireRegular(path);
        try {
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw json.fault("whole file", "at most " + MAX_FILE_BYTES + " bytes", Files.size(path) + " bytes");
            }
            try (JsonReader in = new JsonReader(Files.newBufferedReader(path, StandardCharsets.UTF_8))) {
                in.setStrictness(Strictness.STRICT);
                new TokenizerJsonParser(json).read(in);
            }
            return json;
        } catch (PxiException e) {
            throw e;
        } catch (MalformedJsonException | EOFException | IllegalStateException | JsonParseException e) {
            throw JsonText.fault(path.toString(), e, TokenizerJson.REMEDY);
        } catch (CharacterCodingException e) {
            throw json.fault("whole file", "JSON in UTF-8", "other bytes");
        } catch (IOException e) {
            throw PxiFiles.unreadable(path, e);
        }
    }

    private void read(JsonReader in) throws IOException {
        in.beginObject();
        while (in.hasNext()) {
            String key = in.nextName();
            if (key.equals("model") && in.peek() == JsonToken.BEGIN_OBJECT) {
                readModel(in);
            } else {
                json.rest.add(key, value(in));
            }
        }
        in.endObject();
        if (in.peek() != JsonToken.END_DOCUMENT) {
            throw json.fault(in.getPath(), "the end of the file", "more");
        }
    }

    private void readModel(JsonReader in) throws IOException {
        in.beginObject();
        while (in.hasNext()) {
            String key = in.nextName();
            if (key.equals("vocab") && in.peek() == JsonToken.BEGIN_OBJECT) {
                readVocabulary(in);
            } else if (key.equals("vocab") && in.peek() == JsonToken.BEGIN_ARRAY) {
                readScored(in);
            } else if (key.equals("merges")) {
                readMerges(in);
            } else {
                json.model.add(key, value(in));
            }
        }
        in.endObject();
    }

    private void readVocabulary(JsonReader in) throws IOException {
        in.beginObject();
        while (in.hasNext()) {
            String token = in.nextName();
            int id;
            try {
                require(in, JsonToken.NUMBER, "an id");
                id = in.nextInt();
            } catch (NumberFormatException e) {
                throw json.fault(in.getPath(), "an id", "a number that is none");
            }
            if (json.vocabulary.put(token, id) != null || json.vocabulary.size() > MAX_TOKENS) {
                throw json.fault(in.getPath(), "each token once, at most " + MAX_TOKENS, "\"" + token + "\" again");
            }
        }
        in.endObject();
    }

    /** The pieces of a unigram model, each with its score. */
    private void readScored(JsonReader in) throws IOException {
        in.beginArray();
        while (in.hasNext()) {
            in.beginArray();
            String token = text(in);
            double score = number(in);
            in.endArray();
            if (json.vocabulary.put(token, json.scores.size()) != null || json.scores.size() == MAX_TOKENS) {
                throw json.fault(in.getPath(), "each token once, at most " + MAX_TOKENS, "\"" + token + "\" again");
            }
            json.scores.add(score);
        }
        in.endArray();
    }

    private void readMerges(JsonReader in) throws IOException {
        in.beginArray();
        while (in.hasNext()) {
            if (json.lefts.size() == MAX_MERGES) {
                throw json.fault(in.getPath(), "at most " + MAX_MERGES + " merges", "more");
            }
            if (in.peek() == JsonToken.BEGIN_ARRAY) {
                in.beginArray();
                json.lefts.add(text(in));
                json.rights.add(text(in));
                in.endArray();
                continue;
            }
            String both = text(in);
            int space = both.indexOf(' ');
            if (space < 1 || space != both.lastIndexOf(' ')) {
                throw json.fault(in.getPath(), "two tokens with a space between", "\"" + both + "\"");
            }
            json.lefts.add(both.substring(0, space));
            json.rights.add(both.substring(space + 1));
        }
        in.endArray();
    }

    private void require(JsonReader in, JsonToken token, String expected) throws IOException {
        if (in.peek() != token) {
            throw json.fault(in.getPath(), expected, JsonText.words(in.peek()));
        }
    }

    private String text(JsonReader in) throws IOException {
        require(in, JsonToken.STRING, "a token");
        return in.nextString();
    }

    private JsonElement value(JsonReader in) throws IOException {
        if (++values > MAX_VALUES) {
            throw json.fault(in.getPath(), "at most " + MAX_VALUES + " values besides vocabulary and merges", "more");
        }
        return switch (in.peek()) {
            case BEGIN_OBJECT -> {
                JsonObject object = new JsonObject();
                in.beginObject();
                while (in.hasNext()) {
                    object.add(in.nextName(), value(in));
                }
                in.endObject();
                yield object;
            }
            case BEGIN_ARRAY -> {
                JsonArray array = new JsonArray();
                in.beginArray();
                while (in.hasNext()) {
                    array.add(value(in));
                }
                in.endArray();
                yield array;
            }
            case BOOLEAN -> new JsonPrimitive(in.nextBoolean());
            case NUMBER -> new JsonPrimitive(number(in));
            case NULL -> {
                in.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> new JsonPrimitive(in.nextString());
        };
    }

    private double number(JsonReader in) throws IOException {
        try {
            return in.nextDouble();
        } catch (NumberFormatException e) {
            throw json.fault(in.getPath(), "a number", "something else");
        }
    }
}
