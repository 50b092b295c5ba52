package org.pixelllm.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Range;
import org.pixelllm.pxvm.weights.WeightCodec;

/** Writes a model with random weights and no vocabulary as GGUF, version 3. */
final class GgufWriter {

    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int U32 = 4;
    private static final int F32 = 6;
    private static final int TEXT = 8;

    private final Decoder shape;
    private final List<PeerWeight> weights;
    private final ByteBuffer header = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private int keys;

    GgufWriter(Decoder shape) {
        this.shape = shape;
        PeerWeight.All all = PeerWeight.of(shape);
        weights = new ArrayList<>();
        weights.add(all.embed());
        all.layers().forEach(weights::addAll);
        weights.add(all.norm());
    }

    void write(String name, OutputStream out) throws IOException {
        header.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(VERSION).putLong(weights.size());
        int keysAt = header.position();
        header.putLong(0);
        text("general.architecture", "llama");
        text("general.name", name);
        Heads heads = shape.layers().getFirst().attention().heads();
        number("llama.vocab_size", shape.embedding().vocabulary());
        number("llama.context_length", shape.context());
        number("llama.embedding_length", shape.embedding().dim());
        number("llama.block_count", shape.layers().size());
        number(
                "llama.feed_forward_length",
                ((Feed.Dense) shape.layers().getFirst().feed()).hidden());
        number("llama.attention.head_count", heads.queries());
        number("llama.attention.head_count_kv", heads.keyValues());
        number("llama.rope.dimension_count", heads.dim());
        real("llama.attention.layer_norm_rms_epsilon", shape.epsilon());
        real(
                "llama.rope.freq_base",
                Objects.requireNonNull(shape.layers().getFirst().attention().rope())
                        .theta());
        text("tokenizer.ggml.model", "no_vocab");
        header.putLong(keysAt, keys);
        long offset = 0;
        for (PeerWeight weight : weights) {
            string(weight.name());
            header.putInt(weight.isVector() ? 1 : 2).putLong(weight.columns());
            if (!weight.isVector()) {
                header.putLong(weight.rows());
            }
            ElementType type = typeOf(weight);
            header.putInt(code(type)).putLong(offset);
            offset += aligned(Math.max(1, weight.rows()) * rowBytes(type, weight.columns()));
        }
        header.position((int) aligned(header.position()));
        out.write(header.array(), 0, header.position());
        for (PeerWeight weight : weights) {
            writeRows(weight, out);
        }
    }

    /** A row that blocks do not fill is kept as f16, as llama.cpp's quantiser keeps it. */
    private ElementType typeOf(PeerWeight weight) {
        if (weight.isVector()) {
            return ElementType.F32;
        }
        boolean cut = weight.columns() % shape.weights().codec().unitColumns() != 0;
        return cut ? ElementType.F16 : shape.weights();
    }

    private void writeRows(PeerWeight weight, OutputStream out) throws IOException {
        ElementType type = typeOf(weight);
        WeightCodec codec = type.codec();
        byte[] ours = new byte[codec.rowBytes(weight.columns())];
        byte[] theirs = new byte[ours.length];
        weight.forEachRow(row -> {
            codec.encode(row, Range.NONE, ours, 0);
            if (codec instanceof BlockCodec blocks) {
                scalesFirst(ours, blocks, theirs);
                out.write(theirs);
            } else {
                out.write(ours);
            }
        });
        long bytes = Math.max(1, weight.rows()) * rowBytes(type, weight.columns());
        out.write(new byte[Math.toIntExact(aligned(bytes) - bytes)]);
    }

    /** Puts each block's scale before its codes. */
    private static void scalesFirst(byte[] ours, BlockCodec codec, byte[] theirs) {
        int codes = codec.codeBytes();
        int scale = codec.unitBytes() - codes;
        for (int at = 0; at < ours.length; at += codec.unitBytes()) {
            System.arraycopy(ours, at + codes, theirs, at, scale);
            System.arraycopy(ours, at, theirs, at + scale, codes);
        }
    }

    private static long rowBytes(ElementType type, int columns) {
        return type.codec().rowBytes(columns);
    }

    /** What ggml numbers a type. */
    private static int code(ElementType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4 -> 2;
            case Q8 -> 8;
            case BF16 -> 30;
            default -> throw new IllegalArgumentException(type.word() + " is no type of GGUF");
        };
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private void text(String key, String value) {
        key(key, TEXT);
        string(value);
    }

    private void number(String key, int value) {
        key(key, U32);
        header.putInt(value);
    }

    private void real(String key, float value) {
        key(key, F32);
        header.putFloat(value);
    }

    private void key(String key, int type) {
        string(key);
        header.putInt(type);
        keys++;
    }

    private void string(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        header.putLong(bytes.length).put(bytes);
    }
}
