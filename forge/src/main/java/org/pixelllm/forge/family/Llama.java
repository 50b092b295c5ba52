package org.pixelllm.forge.family;

import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation;
import org.pixelllm.pxvm.program.Operation.Attention;
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
 * and a gated feed-forward network, both behind an RMSNorm and added to what came in.
 *
 * @param variant which family of this shape
 * @param vocabulary token ids
 * @param dim elements of a token's value
 * @param hidden elements of the feed-forward network
 * @param layers how many layers
 * @param heads query heads
 * @param kvHeads key and value heads, shared evenly by the query heads
 * @param headDim elements of a head
 * @param context the most positions
 * @param epsilon of the norms
 * @param rope rotary positions
 * @param window how far attention looks back; 0 without bound
 * @param tied whether the output's weight is the embedding
 * @param weights the type of the matrices; norms and biases are f32
 */
public record Llama(
        Variant variant,
        int vocabulary,
        int dim,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int context,
        float epsilon,
        Rope rope,
        int window,
        boolean tied,
        ElementType weights) {

    /** The family's name in manifests. */
    public static final String NAME = Variant.LLAMA.name();

    /** Llama itself. */
    public Llama(
            int vocabulary,
            int dim,
            int hidden,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            int context,
            float epsilon,
            Rope rope,
            int window,
            boolean tied,
            ElementType weights) {
        this(
                Variant.LLAMA,
                vocabulary,
                dim,
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                context,
                epsilon,
                rope,
                window,
                tied,
                weights);
    }

    /**
     * Rotary positions, over whole heads.
     *
     * @param halves whether the two of a pair stand half a head apart (Hugging Face) and not side by side (the original)
     * @param theta the base of the frequencies
     * @param factor 1, or how much frequencies are divided by
     * @param low Llama 3's low frequency factor
     * @param high Llama 3's high frequency factor
     * @param original Llama 3's original context; 0 where all frequencies are divided
     */
    public record Rope(boolean halves, float theta, float factor, float low, float high, float original) {

        private Operation operation(int result, int x, int head) {
            return new Operation.Rope(result, x, head, head, halves ? 1 : 0, theta, factor, low, high, original);
        }

        /** Plain rotary positions. */
        public static Rope plain(boolean halves, float theta) {
            return linear(halves, theta, 1);
        }

        /** Positions that are all divided by a factor. */
        public static Rope linear(boolean halves, float theta, float factor) {
            return new Rope(halves, theta, factor, 0, 0, 0);
        }
    }

    public Program program() {
        ProgramBuilder p = new ProgramBuilder();
        int tokens = p.input("tokens");
        int embed = p.weight(WeightNames.EMBED, weights, vocabulary, dim);
        int x = p.perToken("x", dim);
        p.add(new Embed(x, tokens, embed));
        if (variant.scaledEmbedding()) {
            int scaled = p.perToken("x_scaled", dim);
            p.add(new Scale(scaled, x, (float) Math.sqrt(dim)));
            x = scaled;
        }
        for (int i = 0; i < layers; i++) {
            String layer = WeightNames.layer(i);
            x = feedForward(p, layer, attention(p, layer, windowOf(i), x));
        }
        int last = p.perRow("last", dim);
        p.add(new Unary(Opcode.SELECT, last, x));
        int norm = p.weight(WeightNames.NORM, ElementType.F32, dim);
        int normed = p.perRow("normed", dim);
        p.add(new RmsNorm(normed, last, norm, epsilon));
        int out = tied ? embed : p.weight(WeightNames.OUT, weights, vocabulary, dim);
        boolean capped = variant.logitCap() != 0;
        int raw = capped ? p.perRow("raw_logits", vocabulary) : p.output("logits", vocabulary);
        p.add(new Matmul(raw, normed, out, Instruction.ABSENT));
        if (capped) {
            p.add(new Softcap(p.output("logits", vocabulary), raw, variant.logitCap()));
        }
        return p.build(context);
    }

    /** How far a layer's attention looks back; 0 without bound. */
    public int windowOf(int layer) {
        return variant.alternating() && layer % 2 == 1 ? 0 : window;
    }

    private int attention(ProgramBuilder p, String layer, int bound, int x) {
        int normed = norm(p, layer, WeightNames.ATTENTION_NORM, "attention_normed", x);
        int q = turned(p, layer, WeightNames.Q, WeightNames.Q_NORM, "queries", heads, normed);
        int k = turned(p, layer, WeightNames.K, WeightNames.K_NORM, "keys", kvHeads, normed);
        int v = project(p, layer, WeightNames.V, "values", kvHeads, normed);
        int keys = p.state(layer + "past_keys", context, kvHeads * headDim);
        int values = p.state(layer + "past_values", context, kvHeads * headDim);
        int attended = p.perToken(layer + "attended", heads * headDim);
        float scale = variant.scoreScale() != 0 ? variant.scoreScale() : (float) (1 / Math.sqrt(headDim));
        p.add(new Attention(attended, q, k, v, keys, values, heads, kvHeads, scale, bound, variant.scoreCap()));
        int out = product(p, layer, WeightNames.O, "attention_out", attended, heads * headDim, dim, false);
        int back = variant.postNorms()
                ? norm(p, layer, WeightNames.ATTENTION_POST_NORM, "attention_post_normed", out)
                : out;
        return p.each(layer + "attention_added", dim, y -> new Binary(Opcode.ADD, y, x, back));
    }

    private int feedForward(ProgramBuilder p, String layer, int x) {
        int normed = norm(p, layer, WeightNames.FEED_NORM, "feed_normed", x);
        int gate = product(p, layer, WeightNames.GATE, "gated", normed, dim, hidden, false);
        int up = product(p, layer, WeightNames.UP, "upped", normed, dim, hidden, false);
        int bent = p.each(layer + "bent", hidden, y -> new Unary(variant.gate(), y, gate));
        int product = p.each(layer + "feed", hidden, y -> new Binary(Opcode.MUL, y, bent, up));
        int down = product(p, layer, WeightNames.DOWN, "feed_out", product, hidden, dim, false);
        int back = variant.postNorms() ? norm(p, layer, WeightNames.FEED_POST_NORM, "feed_post_normed", down) : down;
        return p.each(layer + "feed_added", dim, y -> new Binary(Opcode.ADD, y, x, back));
    }

    private int norm(ProgramBuilder p, String layer, String weight, String result, int x) {
        return norm(p, layer + weight, layer + result, 1, dim, x);
    }

    /** Norms each of {@code count} runs of {@code length} columns by itself. */
    private int norm(ProgramBuilder p, String weight, String result, int count, int length, int x) {
        int gain = p.weight(weight, ElementType.F32, length);
        return p.each(result, count * length, y -> new RmsNorm(y, x, gain, epsilon));
    }

    /** Queries, keys or values: one run of columns for each head. */
    private int project(ProgramBuilder p, String layer, String weight, String result, int count, int x) {
        return product(p, layer, weight, result, x, dim, count * headDim, variant.qkvBias());
    }

    private int product(
            ProgramBuilder p, String layer, String weight, String result, int x, int in, int out, boolean bias) {
        int w = p.weight(layer + weight, weights, out, in);
        int b = bias ? p.weight(layer + WeightNames.bias(weight), ElementType.F32, out) : Instruction.ABSENT;
        return p.each(layer + result, out, y -> new Matmul(y, x, w, b));
    }

    /** Queries or keys, each head of them turned by its position. */
    private int turned(
            ProgramBuilder p, String layer, String weight, String gain, String result, int count, int normed) {
        int projected = project(p, layer, weight, result, count, normed);
        int x = variant.qkNorm()
                ? norm(p, layer + gain, layer + result + "_normed", count, headDim, projected)
                : projected;
        return p.each(layer + weight + "_turned", count * headDim, y -> rope.operation(y, x, headDim));
    }
}
