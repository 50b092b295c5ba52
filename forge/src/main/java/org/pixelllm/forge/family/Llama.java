package org.pixelllm.forge.family;

import org.pixelllm.forge.family.Variant.Scores;
import org.pixelllm.forge.family.Variant.Trait;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * The Llama family (Touvron et al., 2023), and what shares its shape, as {@link Variant} lists. Each layer is attention
 * and a gated feed-forward network; both read their input through an RMSNorm and are added to it.
 *
 * @param variant which family of this shape
 * @param embedding vocabulary and width
 * @param context the most positions
 * @param layers how many layers
 * @param layer what each layer is
 * @param weights the type of the matrices; norms and biases are f32
 */
public record Llama(Variant variant, Embedding embedding, int context, int layers, Layer layer, ElementType weights) {

    /** The family's name in manifests. */
    public static final String NAME = Variant.LLAMA.name();

    /**
     * One layer.
     *
     * @param attention its attention
     * @param hidden elements of its feed-forward network
     * @param epsilon of its norms, and of the last one
     */
    public record Layer(Attention attention, int hidden, float epsilon) {}

    /**
     * A layer's attention.
     *
     * @param heads its heads
     * @param rope rotary positions of queries and keys
     * @param window how far it looks back; 0 without bound
     */
    public record Attention(Heads heads, Rope rope, int window) {

        /** Attention to all that came before. */
        public static Attention full(Heads heads, Rope rope) {
            return new Attention(heads, rope, 0);
        }
    }

    /** How far a layer's attention looks back; 0 without bound. */
    public int windowOf(int index) {
        return variant.has(Trait.ALTERNATING_WINDOW) && index % 2 == 1 ? 0 : layer.attention.window;
    }

    /** The program of a model of this shape. */
    public Program program() {
        return new Writer().program();
    }

    /** Puts the program together. */
    private final class Writer {

        private final ProgramBuilder p = new ProgramBuilder();
        private final int vocabulary = embedding.vocabulary();
        private final int dim = embedding.dim();
        private final int hidden = layer.hidden;
        private final int heads = layer.attention.heads.queries();
        private final int kvHeads = layer.attention.heads.keyValues();
        private final int headDim = layer.attention.heads.dim();

        Program program() {
            int tokens = p.input("tokens");
            int embed = p.weight(WeightNames.EMBED, weights, vocabulary, dim);
            int x = p.perToken("x", dim);
            p.add(new Embed(x, tokens, embed));
            if (variant.has(Trait.SCALED_EMBEDDING)) {
                int scaled = p.perToken("x_scaled", dim);
                p.add(new Scale(scaled, x, (float) Math.sqrt(dim)));
                x = scaled;
            }
            for (int i = 0; i < layers; i++) {
                String prefix = WeightNames.layer(i);
                x = feedForward(prefix, attention(prefix, windowOf(i), x));
            }
            int last = p.perRow("last", dim);
            p.add(new Unary(Opcode.SELECT, last, x));
            int norm = p.weight(WeightNames.NORM, ElementType.F32, dim);
            int normed = p.perRow("normed", dim);
            p.add(new RmsNorm(normed, last, norm, layer.epsilon));
            int out = embedding.tied() ? embed : p.weight(WeightNames.OUT, weights, vocabulary, dim);
            boolean capped = variant.logitCap() != 0;
            int raw = capped ? p.perRow("raw_logits", vocabulary) : p.output("logits", vocabulary);
            p.add(new Matmul(raw, normed, out, Instruction.ABSENT));
            if (capped) {
                p.add(new Softcap(p.output("logits", vocabulary), raw, variant.logitCap()));
            }
            return p.build(context);
        }

        private int attention(String prefix, int bound, int x) {
            int normed = norm(prefix, WeightNames.ATTENTION_NORM, "attention_normed", x);
            int q = rotated(prefix, WeightNames.Q, WeightNames.Q_NORM, "queries", heads, normed);
            int k = rotated(prefix, WeightNames.K, WeightNames.K_NORM, "keys", kvHeads, normed);
            int v = project(prefix, WeightNames.V, "values", kvHeads, normed);
            int keys = p.state(prefix + "past_keys", context, kvHeads * headDim);
            int values = p.state(prefix + "past_values", context, kvHeads * headDim);
            int attended = p.perToken(prefix + "attended", heads * headDim);
            Scores scores = variant.scores();
            p.add(new Operation.Attention(
                    attended, q, k, v, keys, values, heads, kvHeads, scores.scale(headDim), bound, scores.cap()));
            int out = product(prefix, WeightNames.O, "attention_out", attended, heads * headDim, dim, false);
            int back = variant.has(Trait.POST_NORMS)
                    ? norm(prefix, WeightNames.ATTENTION_POST_NORM, "attention_post_normed", out)
                    : out;
            return p.each(prefix + "attention_added", dim, y -> new Binary(Opcode.ADD, y, x, back));
        }

        private int feedForward(String prefix, int x) {
            int normed = norm(prefix, WeightNames.FEED_NORM, "feed_normed", x);
            int gate = product(prefix, WeightNames.GATE, "gated", normed, dim, hidden, false);
            int up = product(prefix, WeightNames.UP, "upped", normed, dim, hidden, false);
            int bent = p.each(prefix + "bent", hidden, y -> new Unary(variant.activation(), y, gate));
            int product = p.each(prefix + "feed", hidden, y -> new Binary(Opcode.MUL, y, bent, up));
            int down = product(prefix, WeightNames.DOWN, "feed_out", product, hidden, dim, false);
            int back = variant.has(Trait.POST_NORMS)
                    ? norm(prefix, WeightNames.FEED_POST_NORM, "feed_post_normed", down)
                    : down;
            return p.each(prefix + "feed_added", dim, y -> new Binary(Opcode.ADD, y, x, back));
        }

        private int norm(String prefix, String weight, String result, int x) {
            return norm(prefix + weight, prefix + result, 1, dim, x);
        }

        /** Norms each of {@code count} runs of {@code length} columns by itself. */
        private int norm(String weight, String result, int count, int length, int x) {
            int gain = p.weight(weight, ElementType.F32, length);
            return p.each(result, count * length, y -> new RmsNorm(y, x, gain, layer.epsilon));
        }

        /** Queries, keys or values: one run of columns for each head. */
        private int project(String prefix, String weight, String result, int count, int x) {
            return product(prefix, weight, result, x, dim, count * headDim, variant.has(Trait.QKV_BIAS));
        }

        private int product(String prefix, String weight, String result, int x, int in, int out, boolean bias) {
            int w = p.weight(prefix + weight, weights, out, in);
            int b = bias ? p.weight(prefix + WeightNames.bias(weight), ElementType.F32, out) : Instruction.ABSENT;
            return p.each(prefix + result, out, y -> new Matmul(y, x, w, b));
        }

        /** Queries or keys, each head rotated by its position. */
        private int rotated(String prefix, String weight, String gain, String result, int count, int normed) {
            int projected = project(prefix, weight, result, count, normed);
            int x = variant.has(Trait.QK_NORM)
                    ? norm(prefix + gain, prefix + result + "_normed", count, headDim, projected)
                    : projected;
            return p.each(
                    prefix + weight + "_turned", count * headDim, y -> layer.attention.rope.operation(y, x, headDim));
        }
    }
}
