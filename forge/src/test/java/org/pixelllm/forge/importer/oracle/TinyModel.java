package org.pixelllm.forge.importer.oracle;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A model of random weights as Hugging Face keeps it: a configuration and tensors by name. */
final class TinyModel {

    /** Values row by row; the last dimension is a row. */
    record Values(int[] shape, float[] data) {

        int columns() {
            return shape[shape.length - 1];
        }

        int rows() {
            return data.length / columns();
        }

        double at(int row, int column) {
            return data[row * columns() + column];
        }
    }

    final String name;
    final JsonObject config;
    final Map<String, Values> tensors = new LinkedHashMap<>();
    private final Random random;

    TinyModel(String name, String config) {
        this.name = name;
        this.config = JsonParser.parseString(config).getAsJsonObject();
        this.random = new Random(name.hashCode());
    }

    @Override
    public String toString() {
        return name;
    }

    String type() {
        return config.get("model_type").getAsString();
    }

    boolean has(String key) {
        return config.has(key) && !config.get(key).isJsonNull();
    }

    int whole(String key) {
        return config.get(key).getAsInt();
    }

    int whole(String key, int otherwise) {
        return has(key) ? whole(key) : otherwise;
    }

    double real(String key, double otherwise) {
        return has(key) ? config.get(key).getAsDouble() : otherwise;
    }

    boolean flag(String key, boolean otherwise) {
        return has(key) ? config.get(key).getAsBoolean() : otherwise;
    }

    /** How long a text may get. */
    int context() {
        return whole("max_position_embeddings", whole("n_positions", 2048));
    }

    TinyModel put(String key, String json) {
        JsonElement value = JsonParser.parseString(json);
        config.add(key, value);
        return this;
    }

    /** A matrix whose products are about as large as what goes in. */
    void matrix(String tensor, int rows, int columns) {
        tensors.put(tensor, new Values(new int[] {rows, columns}, filled(rows * columns, 0, 1.5 / Math.sqrt(columns))));
    }

    /** A gain far from 1, or a bias far from 0. */
    void vector(String tensor, int length, double middle) {
        tensors.put(tensor, new Values(new int[] {length}, filled(length, middle, 0.5)));
    }

    private float[] filled(int length, double middle, double spread) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (middle + spread * (2 * random.nextDouble() - 1));
        }
        return values;
    }

    /** A linear layer, with a bias or without. */
    void linear(String module, int out, int in, boolean bias) {
        matrix(module + ".weight", out, in);
        if (bias) {
            vector(module + ".bias", out, 0);
        }
    }

    /** A LayerNorm. */
    void layerNorm(String module, int length) {
        vector(module + ".weight", length, 1);
        vector(module + ".bias", length, 0);
    }

    /** Writes config.json and model.safetensors, of f32. */
    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        JsonObject header = new JsonObject();
        long at = 0;
        for (Map.Entry<String, Values> each : tensors.entrySet()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", "F32");
            JsonArray shape = new JsonArray();
            for (int size : each.getValue().shape) {
                shape.add(size);
            }
            JsonArray offsets = new JsonArray();
            offsets.add(at);
            at += 4L * each.getValue().data.length;
            offsets.add(at);
            entry.add("shape", shape);
            entry.add("data_offsets", offsets);
            header.add(each.getKey(), entry);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file =
                ByteBuffer.allocate(Math.toIntExact(8 + json.length + at)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (Values each : tensors.values()) {
            file.asFloatBuffer().put(each.data);
            file.position(file.position() + 4 * each.data.length);
        }
        Files.write(folder.resolve("model.safetensors"), file.array());
    }
}
