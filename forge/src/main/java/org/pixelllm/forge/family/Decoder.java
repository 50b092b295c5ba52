package org.pixelllm.forge.family;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A language model of layers, each of attention and a feed-forward network, that sees what came before. What a family has
 * in common is its {@link Style}; the rest is this model's own.
 *
 * @param style the family
 * @param embedding vocabulary and width
 * @param context the most positions
 * @param layers each layer
 * @param scales what values are multiplied by
 * @param biases which products have them
 * @param epsilon of all norms
 * @param weights the type of the matrices; norms and biases are f32
 */
public record Decoder(
        Style style,
        Embedding embedding,
        int context,
        List<Layer> layers,
        Scales scales,
        Biases biases,
        float epsilon,
        ElementType weights) {

    /** One layer. */
    public record Layer(Attention attention, Feed feed) {}

    /**
     * A layer's attention.
     *
     * @param heads its heads
     * @param rope rotary positions of queries and keys, or null for none
     * @param window how many positions it sees, its own included; 0 without bound
     * @param scores what becomes of scores before the softmax
     */
    public record Attention(Heads heads, @Nullable Rope rope, int window, Scores scores) {

        /** Attention to all that came before, scaled by 1/√(elements of a head). */
        public static Attention full(Heads heads, @Nullable Rope rope) {
            return new Attention(heads, rope, 0, Scores.of(heads));
        }
    }

    /**
     * What becomes of attention's scores before the softmax.
     *
     * @param scale what they are multiplied by
     * @param cap their bound; 0 for none
     */
    public record Scores(float scale, float cap) {

        /** Scaled by 1/√(elements of a head), without a bound. */
        public static Scores of(Heads heads) {
            return ofSize(heads.dim());
        }

        /** Scaled by 1/√size, without a bound. */
        public static Scores ofSize(double size) {
            return new Scores((float) (1 / Math.sqrt(size)), 0);
        }
    }

    /**
     * What values are multiplied by; 1 for nothing.
     *
     * @param embedding the token's embedding
     * @param residual what attention and the feed-forward network add
     * @param logits the logits
     * @param logitCap the bound of the logits; 0 for none
     */
    public record Scales(float embedding, float residual, float logits, float logitCap) {

        public static final Scales NONE = new Scales(1, 1, 1, 0);

        /** Embeddings multiplied by √dim. */
        public static Scales ofEmbedding(int dim) {
            return new Scales((float) Math.sqrt(dim), 1, 1, 0);
        }
    }

    /**
     * Which products have biases.
     *
     * @param qkv queries, keys and values
     * @param attentionOut attention's result
     * @param feed the feed-forward network
     * @param out the logits
     */
    public record Biases(boolean qkv, boolean attentionOut, boolean feed, boolean out) {

        public static final Biases NONE = new Biases(false, false, false, false);
        public static final Biases LAYERS = new Biases(true, true, true, false);
    }

    public Decoder {
        layers = List.copyOf(layers);
    }

    /** One whose layers are all the same, and nothing of whose is multiplied. */
    public static Decoder uniform(
            Style style,
            Embedding embedding,
            int context,
            int layers,
            Layer layer,
            Biases biases,
            float epsilon,
            ElementType weights) {
        return new Decoder(
                style, embedding, context, Collections.nCopies(layers, layer), Scales.NONE, biases, epsilon, weights);
    }

    /** The program of a model of this shape. */
    public Program program() {
        return new DecoderWriter(this).program();
    }
}
