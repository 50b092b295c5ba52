package org.pixelllm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;

/**
 * A weight of a model whose values are random, but always the same. Names are GGUF's.
 *
 * @param name names it, and seeds its values
 * @param rows 0 where it is a vector
 * @param columns elements in a row
 */
record PeerWeight(String name, int rows, int columns) {

    private static final String EMBED = "token_embd.weight";

    /** llama2.c ends a text at this token; its row is so small that no greedy step answers it. */
    private static final int BEGINNING = 1;

    private static final float SMALL = 1f / 1024;

    /** Takes in a row. */
    interface RowSink {
        void take(float[] row) throws IOException;
    }

    /** The weights before, in and after the layers; those of each layer in llama2.c's order. */
    record All(PeerWeight embed, List<List<PeerWeight>> layers, PeerWeight norm) {}

    /** The weights of a model with tied output. */
    static All of(Decoder shape) {
        int dim = shape.embedding().dim();
        Heads heads = shape.layers().getFirst().attention().heads();
        int kv = heads.keyValues() * heads.dim();
        List<List<PeerWeight>> layers = new ArrayList<>();
        for (int i = 0; i < shape.layers().size(); i++) {
            String layer = "blk." + i + ".";
            layers.add(List.of(
                    new PeerWeight(layer + "attn_norm.weight", 0, dim),
                    new PeerWeight(layer + "attn_q.weight", dim, dim),
                    new PeerWeight(layer + "attn_k.weight", kv, dim),
                    new PeerWeight(layer + "attn_v.weight", kv, dim),
                    new PeerWeight(layer + "attn_output.weight", dim, dim),
                    new PeerWeight(layer + "ffn_norm.weight", 0, dim),
                    new PeerWeight(
                            layer + "ffn_gate.weight",
                            ((Feed.Dense) shape.layers().getFirst().feed()).hidden(),
                            dim),
                    new PeerWeight(
                            layer + "ffn_down.weight",
                            dim,
                            ((Feed.Dense) shape.layers().getFirst().feed()).hidden()),
                    new PeerWeight(
                            layer + "ffn_up.weight",
                            ((Feed.Dense) shape.layers().getFirst().feed()).hidden(),
                            dim)));
        }
        PeerWeight embed = new PeerWeight(EMBED, shape.embedding().vocabulary(), dim);
        return new All(embed, layers, new PeerWeight("output_norm.weight", 0, dim));
    }

    boolean isVector() {
        return rows == 0;
    }

    /** Gives the rows one after another, in one array. */
    void forEachRow(RowSink sink) throws IOException {
        Random random = new Random(name.hashCode());
        float scale = (float) (1 / Math.sqrt(columns));
        float[] row = new float[columns];
        for (int i = 0; i < Math.max(1, rows); i++) {
            float rowScale = name.equals(EMBED) && i == BEGINNING ? scale * SMALL : scale;
            for (int j = 0; j < columns; j++) {
                row[j] = isVector() ? 1 : (random.nextFloat() - 0.5f) * rowScale;
            }
            sink.take(row);
        }
    }
}
