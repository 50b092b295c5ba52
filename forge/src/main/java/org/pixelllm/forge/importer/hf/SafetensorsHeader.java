package org.pixelllm.forge.importer.hf;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.importer.tensor.TensorTable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.json.JsonText;

/**
 * The JSON header of a safetensors file, entry by entry: nothing is taken for granted, and no name may come twice.
 *
 * @param metadata the texts under {@code __metadata__}
 * @param entries the tensors in the header's order
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {

    private static final String METADATA = "__metadata__";
    private static final String REMEDY = "The file is damaged or not made by the format's rules.";
    private static final int MAX_RANK = 8;

    /**
     * One tensor.
     *
     * @param dims slowest first
     * @param start its first byte in the data
     * @param end the byte after its last
     */
    record Entry(String name, String dtype, List<Long> dims, long start, long end) {}

    static SafetensorsHeader parse(String json, String file) throws InvalidContentException {
        return new Parser(json, file).parse();
    }

    private static final class Parser {

        private final String file;
        private final JsonReader reader;

        Parser(String json, String file) {
            this.file = file;
            this.reader = JsonText.reader(json);
        }

        SafetensorsHeader parse() throws InvalidContentException {
            Map<String, String> metadata = new LinkedHashMap<>();
            Map<String, Entry> entries = new LinkedHashMap<>();
            try {
                reader.beginObject();
                boolean described = false;
                while (reader.hasNext()) {
                    String name = reader.nextName();
                    if (name.equals(METADATA)) {
                        if (described) {
                            throw fault(METADATA, "it once", "it a second time");
                        }
                        described = true;
                        readMetadata(metadata);
                    } else if (entries.put(name, entry(name)) != null) {
                        throw fault("tensor " + name, "each name once", "it a second time");
                    } else if (entries.size() > TensorTable.MAX_TENSORS) {
                        throw fault("header", "at most " + TensorTable.MAX_TENSORS + " tensors", "more");
                    }
                }
                reader.endObject();
                if (reader.peek() != JsonToken.END_DOCUMENT) {
                    throw fault("header", "nothing but spaces after the JSON object", "more");
                }
            } catch (InvalidContentException e) {
                throw e;
            } catch (IOException | IllegalStateException | NumberFormatException e) {
                throw JsonText.fault(file + " (header)", e, REMEDY);
            }
            return new SafetensorsHeader(Map.copyOf(metadata), List.copyOf(entries.values()));
        }

        private void readMetadata(Map<String, String> to) throws IOException {
            reader.beginObject();
            while (reader.hasNext()) {
                String key = reader.nextName();
                if (to.put(key, text(METADATA + "." + key)) != null) {
                    throw fault(METADATA + "." + key, "each key once", "it a second time");
                }
            }
            reader.endObject();
        }

        private Entry entry(String name) throws IOException {
            String place = "tensor " + name;
            @Nullable String dtype = null;
            @Nullable List<Long> shape = null;
            @Nullable List<Long> offsets = null;
            reader.beginObject();
            while (reader.hasNext()) {
                String field = reader.nextName();
                boolean first = switch (field) {
                    case "dtype" -> dtype == null;
                    case "shape" -> shape == null;
                    case "data_offsets" -> offsets == null;
                    default -> throw fault(place, "dtype, shape and data_offsets", "the field " + field);
                };
                if (!first) {
                    throw fault(place + ", " + field, "it once", "it a second time");
                }
                switch (field) {
                    case "dtype" -> dtype = text(place + ", dtype");
                    case "shape" -> shape = numbers(place + ", shape", MAX_RANK);
                    default -> offsets = numbers(place + ", data_offsets", 2);
                }
            }
            reader.endObject();
            if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
                throw fault(place, "dtype, shape and two data_offsets", "not all of them");
            }
            return new Entry(name, dtype, shape, offsets.getFirst(), offsets.getLast());
        }

        private String text(String place) throws IOException {
            if (reader.peek() != JsonToken.STRING) {
                throw fault(place, "a text", JsonText.words(reader.peek()));
            }
            return reader.nextString();
        }

        private List<Long> numbers(String place, int most) throws IOException {
            List<Long> numbers = new ArrayList<>();
            reader.beginArray();
            while (reader.hasNext()) {
                if (numbers.size() == most) {
                    throw fault(place, "at most " + most + " numbers", "more");
                }
                String word = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "something else";
                // A long has 18 digits with certainty; a number of more is no size of anything.
                if (!word.matches("[0-9]{1,18}")) {
                    throw fault(place, "whole numbers from 0", word);
                }
                numbers.add(Long.parseLong(word));
            }
            reader.endArray();
            return numbers;
        }

        private InvalidContentException fault(String place, String expected, String found) {
            return new InvalidContentException(new Fault(file, place, expected, found, REMEDY));
        }
    }
}
