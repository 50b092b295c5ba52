package org.pixelllm.forge.family;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.family.Decoder.Attention;
import org.pixelllm.forge.family.Decoder.Layer;
import org.pixelllm.forge.family.Decoder.Scores;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation;
import org.pixelllm.pxvm.program.Operation.Binary;
import org.pixelllm.pxvm.program.Operation.Combine;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.program.Operation.Experts;
import org.pixelllm.pxvm.program.Operation.LayerNorm;
import org.pixelllm.pxvm.program.Operation.Matmul;
import org.pixelllm.pxvm.program.Operation.Position;
import org.pixelllm.pxvm.program.Operation.RmsNorm;
import org.pixelllm.pxvm.program.Operation.Route;
import org.pixelllm.pxvm.program.Operation.Scale;
import org.pixelllm.pxvm.program.Operation.Softcap;
import org.pixelllm.pxvm.program.Operation.Unary;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/** Puts the program of a {@link Decoder} together. */
final class DecoderWriter {

    private final ProgramBuilder p = new ProgramBuilder();
    private final Decoder model;
    private final Style style;
    private final int vocabulary;
    private final int dim;
    private int factors = Instruction.ABSENT;

    DecoderWriter(Decoder model) {
        this.model = model;
        this.style = model.style();
        this.vocabulary = model.embedding().vocabulary();
        this.dim = model.embedding().dim();
    }

    Program program() {
        int tokens = p.input("tokens");
        int embed = p.weight(WeightNames.EMBED, model.weights(), vocabulary, dim);
        int x = embedded(tokens, embed);
        for (int i = 0; i < model.layers().size(); i++) {
            Layer layer = model.layers().get(i);
            x = switch (style.residual()) {
                case BEFORE, AFTER, AROUND -> sequential(WeightNames.layer(i), layer, x);
                case PARALLEL, PARALLEL_ONE_NORM -> parallel(WeightNames.layer(i), layer, x);
            };
        }
        int last = p.perRow("last", dim);
        p.add(new Unary(Opcode.SELECT, last, x));
        output(norm(WeightNames.NORM, dim, last, () -> p.perRow("normed", dim)), embed);
        return p.build(model.context());
    }

    private int embedded(int tokens, int embed) {
        boolean positions = model.embedding().positions();
        int position =
                positions ? p.weight(WeightNames.POSITION, model.weights(), model.context(), dim) : Instruction.ABSENT;
        int x = p.each(positions ? "embedded" : "x", dim, y -> new Embed(y, tokens, embed));
        if (model.scales().embedding() != 1) {
            x = scaled("x_scaled", model.scales().embedding(), x);
        }
        if (positions) {
            int table = p.each("positions", dim, y -> new Position(y, position));
            x = added("x", x, table);
        }
        return x;
    }

    private void output(int normed, int embed) {
        int out = model.embedding().tied() ? embed : p.weight(WeightNames.OUT, model.weights(), vocabulary, dim);
        int bias = model.biases().out()
                ? p.weight(WeightNames.bias(WeightNames.OUT), ElementType.F32, vocabulary)
                : Instruction.ABSENT;
        float scale = model.scales().logits();
        float cap = model.scales().logitCap();
        int raw = cap != 0 || scale != 1 ? p.perRow("raw_logits", vocabulary) : p.output("logits", vocabulary);
        p.add(new Matmul(raw, normed, out, bias));
        if (scale != 1) {
            int scaled = cap != 0 ? p.perRow("scaled_logits", vocabulary) : p.output("logits", vocabulary);
            raw = p.add(new Scale(scaled, raw, scale));
        }
        if (cap != 0) {
            p.add(new Softcap(p.output("logits", vocabulary), raw, cap));
        }
    }

    private int sequential(String prefix, Layer layer, int x) {
        int attended = attention(prefix, layer.attention(), before(prefix, WeightNames.ATTENTION_NORM, "attention", x));
        int middle = residual(prefix, WeightNames.ATTENTION_POST_NORM, "attention", x, attended);
        int fed = feed(prefix, layer.feed(), before(prefix, WeightNames.FEED_NORM, "feed", middle));
        return residual(prefix, WeightNames.FEED_POST_NORM, "feed", middle, fed);
    }

    private int parallel(String prefix, Layer layer, int x) {
        int normed = norm(prefix + WeightNames.ATTENTION_NORM, prefix + "attention_normed", x);
        int attended = attention(prefix, layer.attention(), normed);
        int middle = added(prefix + "attention_added", x, attended);
        int feedNormed = style.residual() == Style.Residual.PARALLEL
                ? norm(prefix + WeightNames.FEED_NORM, prefix + "feed_normed", x)
                : normed;
        return added(prefix + "feed_added", middle, feed(prefix, layer.feed(), feedNormed));
    }

    /** The norm that precedes a block, where there is one. */
    private int before(String prefix, String weight, String block, int x) {
        return style.residual() == Style.Residual.AFTER ? x : norm(prefix + weight, prefix + block + "_normed", x);
    }

    /** Adds what a block gives. */
    private int residual(String prefix, String weight, String block, int x, int result) {
        int back = style.residual() == Style.Residual.BEFORE
                ? result
                : norm(prefix + weight, prefix + block + "_post_normed", result);
        float scale = model.scales().residual();
        int sized = scale == 1 ? back : scaled(prefix + block + "_scaled", scale, back);
        return added(prefix + block + "_added", x, sized);
    }

    private int attention(String prefix, Attention attention, int x) {
        int heads = attention.heads().queries();
        int kvHeads = attention.heads().keyValues();
        int head = attention.heads().dim();
        Rope rope = attention.rope();
        int q = rotated(prefix, WeightNames.Q, WeightNames.Q_NORM, "queries", heads, head, rope, x);
        int k = rotated(prefix, WeightNames.K, WeightNames.K_NORM, "keys", kvHeads, head, rope, x);
        int v = product(
                prefix,
                WeightNames.V,
                "values",
                x,
                dim,
                kvHeads * head,
                model.biases().qkv());
        int keys = p.state(prefix + "past_keys", model.context(), kvHeads * head);
        int values = p.state(prefix + "past_values", model.context(), kvHeads * head);
        int attended = p.perToken(prefix + "attended", heads * head);
        Scores scores = attention.scores();
        p.add(new Operation.Attention(
                attended, q, k, v, keys, values, heads, kvHeads, scores.scale(), attention.window(), scores.cap()));
        boolean bias = model.biases().attentionOut();
        return product(prefix, WeightNames.O, "attention_out", attended, heads * head, dim, bias);
    }

    /** Queries or keys: one run of columns for each head, rotated by its position. */
    private int rotated(
            String prefix, String weight, String gain, String result, int count, int head, @Nullable Rope rope, int x) {
        int columns = count * head;
        int projected =
                product(prefix, weight, result, x, dim, columns, model.biases().qkv());
        int normed = switch (style.qkNorm()) {
            case NONE -> projected;
            case EACH_HEAD -> rms(prefix + gain, prefix + result + "_normed", columns, head, projected);
            case ALL_HEADS -> rms(prefix + gain, prefix + result + "_normed", columns, columns, projected);
        };
        if (rope == null) {
            return normed;
        }
        int table = rope.factors() ? factors(rope.dims()) : Instruction.ABSENT;
        return p.each(prefix + weight + "_turned", columns, y -> rope.operation(y, normed, table, head));
    }

    /** The factors of pairs, which all layers share. */
    private int factors(int dims) {
        if (factors == Instruction.ABSENT) {
            factors = p.weight(WeightNames.ROPE_FACTORS, ElementType.F32, 2, dims / 2);
        }
        return factors;
    }

    private int feed(String prefix, Feed feed, int x) {
        return switch (feed) {
            case Feed.Dense dense -> dense(prefix, dense.hidden(), x);
            case Feed.Experts experts -> experts(prefix, experts, x);
        };
    }

    private int dense(String prefix, int hidden, int x) {
        boolean bias = model.biases().feed();
        if (style.gated()) {
            int gate = product(prefix, WeightNames.GATE, "gated", x, dim, hidden, bias);
            int up = product(prefix, WeightNames.UP, "upped", x, dim, hidden, bias);
            int inner = gated(prefix, "", hidden, gate, up);
            return product(prefix, WeightNames.DOWN, "feed_out", inner, hidden, dim, bias);
        }
        int up = product(prefix, WeightNames.UP, "upped", x, dim, hidden, bias);
        int bent = p.each(prefix + "bent", hidden, y -> new Unary(style.activation(), y, up));
        return product(prefix, WeightNames.DOWN, "feed_out", bent, hidden, dim, bias);
    }

    /** The activated gate times the other product // [T, columns] */
    private int gated(String prefix, String kind, int columns, int gate, int up) {
        int bent = p.each(prefix + kind + "bent", columns, y -> new Unary(style.activation(), y, gate));
        return p.each(prefix + kind + "feed", columns, y -> new Binary(Opcode.MUL, y, bent, up));
    }

    private int experts(String prefix, Feed.Experts experts, int x) {
        int count = experts.count();
        int chosen = experts.chosen();
        int hidden = experts.hidden();
        int scores = product(prefix, WeightNames.ROUTER, "scores", x, dim, count, false);
        int gate = switch (experts.choice()) {
            case AMONG_ALL -> Route.SOFTMAX;
            case AMONG_CHOSEN -> Route.SOFTMAX_OF_CHOSEN;
        };
        int route = p.each(prefix + "route", 2 * chosen, y -> new Route(y, scores, chosen, gate, 0, 1));
        int gates = chosenOnes(prefix, WeightNames.EXPERTS_GATE, "experts_gated", x, route, experts, dim, hidden);
        int ups = chosenOnes(prefix, WeightNames.EXPERTS_UP, "experts_upped", x, route, experts, dim, hidden);
        int inner = gated(prefix, "experts_", chosen * hidden, gates, ups);
        int downs = chosenOnes(prefix, WeightNames.EXPERTS_DOWN, "experts_out", inner, route, experts, hidden, dim);
        int sum = p.each(prefix + "feed_out", dim, y -> new Combine(y, downs, route));
        Feed.Shared shared = experts.shared();
        return shared == null ? sum : added(prefix + "feed_all", sum, shared(prefix, shared.hidden(), x));
    }

    /** A product with the matrices of the chosen experts // [T, chosen · out] */
    private int chosenOnes(
            String prefix, String weight, String result, int x, int route, Feed.Experts experts, int in, int out) {
        int count = experts.count();
        int w = p.weight(prefix + weight, model.weights(), Math.multiplyExact(count, out), in);
        return p.each(
                prefix + result, experts.chosen() * out, y -> new Experts(y, x, route, w, Instruction.ABSENT, count));
    }

    /** The expert that all tokens pass: one of one, weighted by the sigmoid of its score. */
    private int shared(String prefix, int hidden, int x) {
        int score = product(prefix, WeightNames.SHARED_ROUTER, "shared_score", x, dim, 1, false);
        int route = p.each(prefix + "shared_route", 2, y -> new Route(y, score, 1, Route.SIGMOID, 0, 1));
        int gate = product(prefix, WeightNames.SHARED_GATE, "shared_gated", x, dim, hidden, false);
        int up = product(prefix, WeightNames.SHARED_UP, "shared_upped", x, dim, hidden, false);
        int inner = gated(prefix, "shared_", hidden, gate, up);
        int down = product(prefix, WeightNames.SHARED_DOWN, "shared_out", inner, hidden, dim, false);
        return p.each(prefix + "shared_weighted", dim, y -> new Combine(y, down, route));
    }

    private int added(String result, int a, int b) {
        return p.each(result, dim, y -> new Binary(Opcode.ADD, y, a, b));
    }

    private int scaled(String result, float factor, int x) {
        return p.each(result, dim, y -> new Scale(y, x, factor));
    }

    private int norm(String weight, String result, int x) {
        return norm(weight, dim, x, () -> p.perToken(result, dim));
    }

    private int norm(String weight, int length, int x, IntSupplier result) {
        int gain = p.weight(weight, ElementType.F32, length);
        return switch (style.norm()) {
            case RMS -> p.add(new RmsNorm(result.getAsInt(), x, gain, model.epsilon()));
            case LAYER -> {
                int bias = p.weight(WeightNames.bias(weight), ElementType.F32, length);
                yield p.add(new LayerNorm(result.getAsInt(), x, gain, bias, model.epsilon()));
            }
        };
    }

    /** Norms each run of {@code length} columns of queries or keys by itself. */
    private int rms(String weight, String result, int columns, int length, int x) {
        int gain = p.weight(weight, ElementType.F32, length);
        return p.each(result, columns, y -> new RmsNorm(y, x, gain, model.epsilon()));
    }

    private int product(String prefix, String weight, String result, int x, int in, int out, boolean bias) {
        int w = p.weight(prefix + weight, model.weights(), out, in);
        int b = bias ? p.weight(prefix + WeightNames.bias(weight), ElementType.F32, out) : Instruction.ABSENT;
        return p.each(prefix + result, out, y -> new Matmul(y, x, w, b));
    }
}
