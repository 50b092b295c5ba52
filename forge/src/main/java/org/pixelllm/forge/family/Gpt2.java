package org.pixelllm.forge.family;

import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * GPT-2 (Radford et al., 2019). Learned positions are added to the embeddings; each layer is attention and a
 * feed-forward network, both behind a LayerNorm and added to what came in. Everything within a layer has a bias.
 *
 * @param vocabulary token ids
 * @param dim elements of a token's value
 * @param hidden elements of the feed-forward network
 * @param layers how many layers
 * @param heads of queries, keys and values alike
 * @param context the most positions
 * @param epsilon of the norms
 * @param tied whether the output's weight is the embedding
 * @param weights the type of the matrices; norms and biases are f32
 */
public record Gpt2(
        int vocabulary,
        int dim,
        int hidden,
        int layers,
        int heads,
        int context,
        float epsilon,
        boolean tied,
        ElementType weights) {

    /** The family's name in manifests. */
    public static final String NAME = "gpt2";

    public Program program() {
        ProgramBuilder p = new ProgramBuilder();
        int tokens = p.input("tokens");
        int embed = p.weight(WeightNames.EMBED, weights, vocabulary, dim);
        int position = p.weight(WeightNames.POSITION, weights, context, dim);
        int embedded = p.each("embedded", dim, y -> new Embed(y, tokens, embed));
        int positions = p.each("positions", dim, y -> new Position(y, position));
        int x = p.each("x", dim, y -> new Binary(Opcode.ADD, y, embedded, positions));
        for (int i = 0; i < layers; i++) {
            String layer = WeightNames.layer(i);
            x = feedForward(p, layer, attention(p, layer, x));
        }
        int last = p.perRow("last", dim);
        p.add(new Unary(Opcode.SELECT, last, x));
        int normed = p.perRow("normed", dim);
        norm(p, WeightNames.NORM, normed, last);
        int out = tied ? embed : p.weight(WeightNames.OUT, weights, vocabulary, dim);
        int logits = p.output("logits", vocabulary);
        p.add(new Matmul(logits, normed, out, Instruction.ABSENT));
        return p.build(context);
    }

    private int attention(ProgramBuilder p, String layer, int x) {
        int normed = p.perToken(layer + "attention_normed", dim);
        norm(p, layer + WeightNames.ATTENTION_NORM, normed, x);
        int q = product(p, layer, WeightNames.Q, "queries", normed, dim, dim);
        int k = product(p, layer, WeightNames.K, "keys", normed, dim, dim);
        int v = product(p, layer, WeightNames.V, "values", normed, dim, dim);
        int keys = p.state(layer + "past_keys", context, dim);
        int values = p.state(layer + "past_values", context, dim);
        int attended = p.perToken(layer + "attended", dim);
        float scale = (float) (1 / Math.sqrt((double) dim / heads));
        p.add(new Attention(attended, q, k, v, keys, values, heads, heads, scale, 0, 0));
        int back = product(p, layer, WeightNames.O, "attention_out", attended, dim, dim);
        return p.each(layer + "attention_added", dim, y -> new Binary(Opcode.ADD, y, x, back));
    }

    private int feedForward(ProgramBuilder p, String layer, int x) {
        int normed = p.perToken(layer + "feed_normed", dim);
        norm(p, layer + WeightNames.FEED_NORM, normed, x);
        int up = product(p, layer, WeightNames.UP, "upped", normed, dim, hidden);
        int bent = p.each(layer + "bent", hidden, y -> new Unary(Opcode.GELU_TANH, y, up));
        int down = product(p, layer, WeightNames.DOWN, "feed_out", bent, hidden, dim);
        return p.each(layer + "feed_added", dim, y -> new Binary(Opcode.ADD, y, x, down));
    }

    private void norm(ProgramBuilder p, String weight, int result, int x) {
        int gain = p.weight(weight, ElementType.F32, dim);
        int bias = p.weight(WeightNames.bias(weight), ElementType.F32, dim);
        p.add(new LayerNorm(result, x, gain, bias, epsilon));
    }

    private int product(ProgramBuilder p, String layer, String weight, String result, int x, int in, int out) {
        int w = p.weight(layer + weight, weights, out, in);
        int b = p.weight(layer + WeightNames.bias(weight), ElementType.F32, out);
        return p.each(layer + result, out, y -> new Matmul(y, x, w, b));
    }
}
