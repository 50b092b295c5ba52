package org.pixelllm.forge.importer.gguf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Decoder.Attention;
import org.pixelllm.forge.family.Decoder.Biases;
import org.pixelllm.forge.family.Decoder.Layer;
import org.pixelllm.forge.family.Decoder.Scales;
import org.pixelllm.forge.family.Decoder.Scores;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Rope.Pairing;
import org.pixelllm.forge.family.Style;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A model's shape on its way from GGUF metadata into a blueprint: what is usual is set at first, and a family changes what
 * it has otherwise. Biases are there where their tensors are.
 */
final class GgufShape {

    private static final Map<String, String> WHOLE = Map.of(
            WeightNames.EMBED, "token_embd",
            WeightNames.POSITION, "position_embd",
            WeightNames.NORM, "output_norm",
            WeightNames.OUT, "output");

    private static final Map<String, String> IN_LAYER = Map.ofEntries(
            Map.entry(WeightNames.ATTENTION_NORM, "attn_norm"),
            Map.entry(WeightNames.Q, "attn_q"),
            Map.entry(WeightNames.K, "attn_k"),
            Map.entry(WeightNames.V, "attn_v"),
            Map.entry(WeightNames.O, "attn_output"),
            Map.entry(WeightNames.Q_NORM, "attn_q_norm"),
            Map.entry(WeightNames.K_NORM, "attn_k_norm"),
            Map.entry(WeightNames.ATTENTION_POST_NORM, "post_attention_norm"),
            Map.entry(WeightNames.FEED_NORM, "ffn_norm"),
            Map.entry(WeightNames.GATE, "ffn_gate"),
            Map.entry(WeightNames.UP, "ffn_up"),
            Map.entry(WeightNames.DOWN, "ffn_down"),
            Map.entry(WeightNames.FEED_POST_NORM, "post_ffw_norm"),
            Map.entry(WeightNames.ROUTER, "ffn_gate_inp"),
            Map.entry(WeightNames.EXPERTS_GATE, "ffn_gate_exps"),
            Map.entry(WeightNames.EXPERTS_UP, "ffn_up_exps"),
            Map.entry(WeightNames.EXPERTS_DOWN, "ffn_down_exps"),
            Map.entry(WeightNames.SHARED_ROUTER, "ffn_gate_inp_shexp"),
            Map.entry(WeightNames.SHARED_GATE, "ffn_gate_shexp"),
            Map.entry(WeightNames.SHARED_UP, "ffn_up_shexp"),
            Map.entry(WeightNames.SHARED_DOWN, "ffn_down_shexp"));

    private static final String FUSED = "attn_qkv";

    private final GgufFile file;
    private final GgufMetadata meta;
    private final String prefix;
    private final Style style;
    private final int asked;
    private final boolean fused;
    private final Map<String, String> names = new TreeMap<>(IN_LAYER);

    final int dim;
    final int layers;
    final Heads heads;
    boolean positions;
    int windowSize;
    IntPredicate isLocal = layer -> true;
    IntPredicate hasPositions = layer -> true;
    Scales scales = Scales.NONE;
    Biases biases;
    Scores scores;
    boolean gateWithinUp;
    private Pairing pairing = Pairing.HALVES;
    private @Nullable GgufRope rope;
    private @Nullable Rope localRope;
    private Feed feed;

    /**
     * Reads what every family has.
     *
     * @param prefix the architecture and a point
     * @param asked how many positions a person asked for; 0 for as many as the model has
     */
    GgufShape(GgufFile file, String prefix, Style style, int asked) throws PxiException {
        this.file = file;
        this.meta = file.metadata();
        this.prefix = prefix;
        this.style = style;
        this.asked = asked;
        this.dim = meta.whole(prefix + "embedding_length", 1, Limits.WIDTH);
        this.layers = meta.whole(prefix + "block_count", 1, Assembly.MAX_LAYERS);
        int queries = meta.whole(prefix + "attention.head_count", 1, Limits.WIDTH);
        String keyLength = prefix + "attention.key_length";
        if (!meta.has(keyLength) && dim % queries != 0) {
            throw meta.fault(prefix + "attention.head_count", "a divisor of " + dim);
        }
        int head = meta.whole(keyLength, 2, Limits.WIDTH, dim / queries);
        if (meta.whole(prefix + "attention.value_length", 1, Limits.WIDTH, head) != head) {
            throw meta.fault(prefix + "attention.value_length", head + ", the whole head");
        }
        int keyValues = meta.whole(prefix + "attention.head_count_kv", 1, queries, queries);
        this.heads = new Heads(queries, keyValues, head);
        this.scores = Scores.of(heads);
        this.fused = has("blk.0." + FUSED + ".weight");
        this.feed = new Feed.Dense(hidden());
        this.biases = new Biases(
                has("blk.0." + (fused ? FUSED : "attn_q") + ".bias"),
                has("blk.0.attn_output.bias"),
                has("blk.0.ffn_up.bias"),
                has("output.bias"));
    }

    private boolean has(String tensor) {
        return file.tensors().containsKey(tensor);
    }

    int hidden() throws PxiException {
        return meta.whole(prefix + "feed_forward_length", 1, Limits.WIDTH);
    }

    int whole(String key, int otherwise) throws PxiException {
        return meta.whole(prefix + key, 1, Limits.WIDTH, otherwise);
    }

    double real(String key, double otherwise) throws PxiException {
        return meta.real(prefix + key, otherwise);
    }

    /** How many positions the cartridge has. */
    int context() throws PxiException {
        String key = prefix + "context_length";
        return Assembly.context(file.file(), "metadata " + key, meta.whole(key, 1, Limits.CONTEXT), asked);
    }

    /** Which two elements of a head rotate together. */
    GgufShape pairs(Pairing its) {
        pairing = its;
        return this;
    }

    GgufShape rope() throws PxiException {
        int dims = meta.whole(prefix + "rope.dimension_count", 2, heads.dim(), heads.dim());
        rope = GgufRope.read(file, prefix, pairing, dims, context());
        return this;
    }

    /** Layers that look back only as far as the window have another base, and their positions are not stretched. */
    void localBase(float theta) {
        localRope = Rope.plain(pairing, heads.dim(), theta);
    }

    GgufShape window(int otherwise) throws PxiException {
        windowSize = meta.whole(prefix + "attention.sliding_window", 0, Limits.CONTEXT, otherwise);
        return this;
    }

    /** What a weight of a layer is called, where it is not as usual. */
    GgufShape name(String weight, String theirs) {
        names.put(weight, theirs);
        return this;
    }

    /** Experts in every layer. */
    void experts(Feed.Choice choice, Feed.@Nullable Shared shared, String hiddenKey) throws PxiException {
        int count = meta.whole(prefix + "expert_count", 1, Limits.WIDTH);
        int chosen = meta.whole(prefix + "expert_used_count", 1, count);
        feed = new Feed.Experts(count, chosen, whole(hiddenKey, hidden()), choice, shared);
    }

    /** The blueprint. */
    Blueprint blueprint() throws PxiException {
        boolean tied = !has("output.weight");
        String table = "token_embd.weight";
        int vocabulary = Assembly.vocabulary(
                file.file(), "tensor " + table, file.require(table).rows());
        String epsilon = switch (style.norm()) {
            case RMS -> "attention.layer_norm_rms_epsilon";
            case LAYER -> "attention.layer_norm_epsilon";
        };
        List<Layer> all = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            boolean near = windowSize > 0 && isLocal.test(i);
            Rope usual = rope == null ? null : rope.rope();
            Rope its = !hasPositions.test(i) ? null : near && localRope != null ? localRope : usual;
            all.add(new Layer(new Attention(heads, its, near ? windowSize : 0, scores), feed));
        }
        Decoder model = new Decoder(
                style,
                new Embedding(vocabulary, dim, tied, positions),
                context(),
                all,
                scales,
                biases,
                (float) meta.real(prefix + epsilon),
                ElementType.F32);
        return Blueprint.of(style.name(), model.program(), sources(), GgufRope.TENSORS);
    }

    private Function<String, Source> sources() throws PxiException {
        if (fused) {
            List.of(WeightNames.Q, WeightNames.K, WeightNames.V).forEach(weight -> names.put(weight, FUSED));
        }
        if (gateWithinUp) {
            names.put(WeightNames.GATE, "ffn_up");
        }
        boolean expertsApart = has("blk.0.ffn_gate.0.weight"); // as the first conversions have them
        if (expertsApart) {
            names.put(WeightNames.EXPERTS_GATE, "ffn_gate.*");
            names.put(WeightNames.EXPERTS_UP, "ffn_up.*");
            names.put(WeightNames.EXPERTS_DOWN, "ffn_down.*");
        }
        Feed its = feed;
        int hidden = hidden();
        int table = meta.whole(prefix + "context_length", 1, Limits.CONTEXT);
        Function<String, Source.Stored> usual =
                SourceNames.of(WHOLE, "blk.", names, its instanceof Feed.Experts experts ? experts.count() : 0);
        return name -> {
            if (name.equals(WeightNames.ROPE_FACTORS) && rope != null) {
                return rope.factors();
            }
            Source.Stored source = usual.apply(name);
            if (name.equals(WeightNames.POSITION)) {
                return source.rows(Source.Rows.from(0, table));
            }
            if (its instanceof Feed.Experts experts && !expertsApart) {
                source = stacked(SourceNames.local(name), source, experts);
            }
            source = fused ? SourceNames.fused(name, source, heads) : source;
            return gateWithinUp ? SourceNames.gateAndUp(name, source, hidden) : source;
        };
    }

    /** Experts are a dimension of their own in the file, and what weights the shared one is a vector. */
    private Source.Stored stacked(String weight, Source.Stored source, Feed.Experts experts) {
        return switch (weight) {
            case WeightNames.EXPERTS_GATE, WeightNames.EXPERTS_UP ->
                source.shaped(List.of(experts.count(), experts.hidden(), dim));
            case WeightNames.EXPERTS_DOWN -> source.shaped(List.of(experts.count(), dim, experts.hidden()));
            case WeightNames.SHARED_ROUTER -> source.shaped(List.of(dim));
            default -> source;
        };
    }
}
