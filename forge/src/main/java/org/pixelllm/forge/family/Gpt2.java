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
 * feed-forward network, which read their input through a LayerNorm and are added to it. Everything within a layer has a
 * bias.
 *
 * @param embedding vocabulary and width
 * @param context the most positions
 * @param layers how many layers
 * @param layer what each layer is
 * @param weights the type of the matrices; norms and biases are f32
 */
public record Gpt2(Embedding embedding, int context, int layers, Layer layer, ElementType weights) {

    /** The family's name in manifests. */
    public static final String NAME = "gpt2";

    /**
     * One layer.
     *
     * @param heads of queries, keys and values alike
     * @param hidden elements of its feed-forward network
     * @param epsilon of its norms, and of the last one
     */
    public record Layer(int heads, int hidden, float epsilon) {}

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
        private final int heads = layer.heads;

        Program program() {
            int tokens = p.input("tokens");
            int embed = p.weight(WeightNames.EMBED, weights, vocabulary, dim);
            int position = p.weight(WeightNames.POSITION, weights, context, dim);
            int embedded = p.each("embedded", dim, y -> new Embed(y, tokens, embed));
            int positions = p.each("positions", dim, y -> new Position(y, position));
            int x = p.each("x", dim, y -> new Binary(Opcode.ADD, y, embedded, positions));
            for (int i = 0; i < layers; i++) {
                String prefix = WeightNames.layer(i);
                x = feedForward(prefix, attention(prefix, x));
            }
            int last = p.perRow("last", dim);
            p.add(new Unary(Opcode.SELECT, last, x));
            int normed = p.perRow("normed", dim);
            norm(WeightNames.NORM, normed, last);
            int out = embedding.tied() ? embed : p.weight(WeightNames.OUT, weights, vocabulary, dim);
            int logits = p.output("logits", vocabulary);
            p.add(new Matmul(logits, normed, out, Instruction.ABSENT));
            return p.build(context);
        }

        private int attention(String prefix, int x) {
            int normed = p.perToken(prefix + "attention_normed", dim);
            norm(prefix + WeightNames.ATTENTION_NORM, normed, x);
            int q = product(prefix, WeightNames.Q, "queries", normed, dim, dim);
            int k = product(prefix, WeightNames.K, "keys", normed, dim, dim);
            int v = product(prefix, WeightNames.V, "values", normed, dim, dim);
            int keys = p.state(prefix + "past_keys", context, dim);
            int values = p.state(prefix + "past_values", context, dim);
            int attended = p.perToken(prefix + "attended", dim);
            float scale = (float) (1 / Math.sqrt((double) dim / heads));
            p.add(new Attention(attended, q, k, v, keys, values, heads, heads, scale, 0, 0));
            int back = product(prefix, WeightNames.O, "attention_out", attended, dim, dim);
            return p.each(prefix + "attention_added", dim, y -> new Binary(Opcode.ADD, y, x, back));
        }

        private int feedForward(String prefix, int x) {
            int normed = p.perToken(prefix + "feed_normed", dim);
            norm(prefix + WeightNames.FEED_NORM, normed, x);
            int up = product(prefix, WeightNames.UP, "upped", normed, dim, hidden);
            int bent = p.each(prefix + "bent", hidden, y -> new Unary(Opcode.GELU_TANH, y, up));
            int down = product(prefix, WeightNames.DOWN, "feed_out", bent, hidden, dim);
            return p.each(prefix + "feed_added", dim, y -> new Binary(Opcode.ADD, y, x, down));
        }

        private void norm(String weight, int result, int x) {
            int gain = p.weight(weight, ElementType.F32, dim);
            int bias = p.weight(WeightNames.bias(weight), ElementType.F32, dim);
            p.add(new LayerNorm(result, x, gain, bias, layer.epsilon));
        }

        private int product(String prefix, String weight, String result, int x, int in, int out) {
            int w = p.weight(prefix + weight, weights, out, in);
            int b = p.weight(prefix + WeightNames.bias(weight), ElementType.F32, out);
            return p.each(prefix + result, out, y -> new Matmul(y, x, w, b));
        }
    }
}
