package org.pixelllm.forge.family;

import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Mean;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * v0's family: the mean of the tokens' embeddings through one hidden layer. It sees which tokens stand in its context,
 * and not in which order.
 *
 * @param vocabulary token ids
 * @param dim elements of an embedding
 * @param hidden elements of the hidden layer
 * @param context tokens that are averaged
 * @param weights the weights' type
 */
public record PooledMlp(int vocabulary, int dim, int hidden, int context, ElementType weights) {

    /** The family's name in manifests. */
    public static final String NAME = "pooled-mlp";

    /** The names of the weights in the program. */
    public static final String EMBED = "embed";

    public static final String HIDDEN = "hidden";
    public static final String HIDDEN_BIAS = "b_hidden";
    public static final String OUT = "out";
    public static final String OUT_BIAS = "b_out";

    public Program program() {
        ProgramBuilder p = new ProgramBuilder();
        int tokens = p.input("tokens");
        int embed = p.weight(EMBED, weights, vocabulary, dim);
        int wHidden = p.weight(HIDDEN, weights, hidden, dim);
        int bHidden = p.weight(HIDDEN_BIAS, weights, hidden);
        int wOut = p.weight(OUT, weights, vocabulary, hidden);
        int bOut = p.weight(OUT_BIAS, weights, vocabulary);
        int sum = p.state("sum", dim);
        int embedded = p.perToken("embedded", dim);
        int mean = p.perToken("mean", dim);
        int x = p.perRow("x", dim);
        int pre = p.perRow("pre", hidden);
        int h = p.perRow("h", hidden);
        int logits = p.output("logits", vocabulary);
        p.add(new Embed(embedded, tokens, embed));
        p.add(new Mean(mean, embedded, sum));
        p.add(new Unary(Opcode.SELECT, x, mean));
        p.add(new Matmul(pre, x, wHidden, bHidden));
        p.add(new Unary(Opcode.RELU, h, pre));
        p.add(new Matmul(logits, h, wOut, bOut));
        return p.build(context);
    }
}
