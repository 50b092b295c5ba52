package org.pixelllm.forge.family;

import java.util.List;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * The Llama family (Touvron et al., 2023), and what shares its shape: Mistral, TinyLlama, SmolLM. Each layer is attention
 * and a gated feed-forward network, both behind an RMSNorm and added to what came in.
 *
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
 * @param weights the type of the matrices; norms are f32
 */
public record Llama(
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
    public static final String NAME = "llama";

    /** The names of the weights in the program; those of a layer stand behind {@link #layer}. */
    public static final String EMBED = "embed";

    public static final String ATTENTION_NORM = "attention_norm";
    public static final String Q = "q";
    public static final String K = "k";
    public static final String V = "v";
    public static final String O = "o";
    public static final String FEED_NORM = "feed_norm";
    public static final String GATE = "gate";
    public static final String UP = "up";
    public static final String DOWN = "down";
    public static final String NORM = "norm";
    public static final String OUT = "out";

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

        /** Plain rotary positions. */
        public static Rope plain(boolean halves, float theta) {
            return new Rope(halves, theta, 1, 0, 0, 0);
        }
    }

    /** The prefix of a layer's tensors. */
    public static String layer(int index) {
        return "layers." + index + ".";
    }

    public Program program() {
        ProgramBuilder p = new ProgramBuilder();
        int tokens = p.input("tokens");
        int embed = p.weight(EMBED, weights, vocabulary, dim);
        int x = p.perToken("x", dim);
        p.add(Opcode.EMBED, x, tokens, embed);
        for (int i = 0; i < layers; i++) {
            x = feedForward(p, layer(i), attention(p, layer(i), x));
        }
        int last = p.perRow("last", dim);
        p.add(Opcode.SELECT, last, x);
        int norm = p.weight(NORM, ElementType.F32, dim);
        int normed = p.perRow("normed", dim);
        p.add(Opcode.RMSNORM, List.of(bits(epsilon)), normed, last, norm);
        int out = tied ? embed : p.weight(OUT, weights, vocabulary, dim);
        int logits = p.output("logits", vocabulary);
        p.add(Opcode.MATMUL, logits, normed, out, Instruction.ABSENT);
        return p.build(context);
    }

    private int attention(ProgramBuilder p, String layer, int x) {
        int normed = norm(p, layer, ATTENTION_NORM, "attention_normed", x);
        int q = turn(p, layer + "q_turned", product(p, layer, Q, "queries", normed, dim, heads * headDim), heads);
        int k = turn(p, layer + "k_turned", product(p, layer, K, "keys", normed, dim, kvHeads * headDim), kvHeads);
        int v = product(p, layer, V, "values", normed, dim, kvHeads * headDim);
        int keys = p.state(layer + "past_keys", context, kvHeads * headDim);
        int values = p.state(layer + "past_values", context, kvHeads * headDim);
        int attended = p.perToken(layer + "attended", heads * headDim);
        List<Integer> shape = List.of(heads, kvHeads, bits((float) (1 / Math.sqrt(headDim))), window, bits(0));
        p.add(Opcode.ATTENTION, shape, attended, q, k, v, keys, values);
        int back = product(p, layer, O, "attention_out", attended, heads * headDim, dim);
        return add(p, layer + "attention_added", x, back);
    }

    private int feedForward(ProgramBuilder p, String layer, int x) {
        int normed = norm(p, layer, FEED_NORM, "feed_normed", x);
        int gate = product(p, layer, GATE, "gated", normed, dim, hidden);
        int up = product(p, layer, UP, "upped", normed, dim, hidden);
        int bent = p.perToken(layer + "bent", hidden);
        p.add(Opcode.SILU, bent, gate);
        int product = p.perToken(layer + "feed", hidden);
        p.add(Opcode.MUL, product, bent, up);
        int down = product(p, layer, DOWN, "feed_out", product, hidden, dim);
        return add(p, layer + "feed_added", x, down);
    }

    private int norm(ProgramBuilder p, String layer, String weight, String result, int x) {
        int gain = p.weight(layer + weight, ElementType.F32, dim);
        int normed = p.perToken(layer + result, dim);
        p.add(Opcode.RMSNORM, List.of(bits(epsilon)), normed, x, gain);
        return normed;
    }

    private int product(ProgramBuilder p, String layer, String weight, String result, int x, int in, int out) {
        int w = p.weight(layer + weight, weights, out, in);
        int y = p.perToken(layer + result, out);
        p.add(Opcode.MATMUL, y, x, w, Instruction.ABSENT);
        return y;
    }

    private int turn(ProgramBuilder p, String result, int x, int count) {
        int turned = p.perToken(result, count * headDim);
        List<Integer> angles = List.of(
                headDim,
                headDim,
                rope.halves ? 1 : 0,
                bits(rope.theta),
                bits(rope.factor),
                bits(rope.low),
                bits(rope.high),
                bits(rope.original));
        p.add(Opcode.ROPE, angles, turned, x);
        return turned;
    }

    private int add(ProgramBuilder p, String result, int a, int b) {
        int sum = p.perToken(result, dim);
        p.add(Opcode.ADD, sum, a, b);
        return sum;
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }
}
