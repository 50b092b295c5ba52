package org.pixelllm.forge.importer.hf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
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
import org.pixelllm.forge.family.Style;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A model's shape on its way from a {@code config.json} into a blueprint: what is usual is set at first, and a family
 * changes what it has otherwise. Defaults are those of transformers.
 */
final class HfShape {

    /** What the numbers are called that every family has. */
    record Keys(String dim, String heads, String layers, String hidden, String context, String epsilon) {

        static final Keys USUAL = new Keys(
                "hidden_size",
                "num_attention_heads",
                "num_hidden_layers",
                "intermediate_size",
                "max_position_embeddings",
                "rms_norm_eps");

        /** The same with another name for the norms' epsilon. */
        Keys withEpsilon(String other) {
            return new Keys(dim, heads, layers, hidden, context, other);
        }
    }

    private final HfConfig config;
    private final Keys keys;
    private final int asked;

    final Style style;
    final int dim;
    final int layers;
    int queries;
    int keyValues;
    int headDim;
    boolean tied;
    boolean positions;

    /** How many positions where the file does not say; 0 where it must. */
    int usualContext;

    int windowSize;
    IntPredicate isLocal = layer -> true;
    Scales scales = Scales.NONE;
    Biases biases = Biases.NONE;

    @Nullable
    Scores scores;

    IntPredicate hasPositions = layer -> true;

    @Nullable
    HfRope rope;

    @Nullable
    HfRope localRope;

    Function<Integer, Feed> feed;
    Opcode activation;

    /**
     * Reads what every family has.
     *
     * @param context how many positions a person asked for; 0 for as many as the model has
     */
    HfShape(HfConfig config, Style style, Keys keys, int context) throws PxiException {
        this.config = config;
        this.keys = keys;
        this.asked = context;
        this.style = style;
        this.activation = style.activation();
        this.dim = config.whole(keys.dim, 1, Limits.WIDTH);
        this.queries = config.whole(keys.heads, 1, Limits.WIDTH);
        this.keyValues = queries;
        this.layers = config.whole(keys.layers, 1, Assembly.MAX_LAYERS);
        this.feed = layer -> new Feed.Dense(1);
    }

    HfConfig config() {
        return config;
    }

    /** Key and value heads, and a head's elements where they are stated, or those that divide the width. */
    HfShape heads(int otherwise) throws PxiException {
        keyValues = config.whole("num_key_value_heads", 1, queries, queries);
        if (otherwise == 0 && !config.has("head_dim")) {
            return evenHeads();
        }
        headDim = config.whole("head_dim", 2, Limits.WIDTH, otherwise);
        return this;
    }

    /** Heads that divide the width. */
    HfShape evenHeads() throws PxiException {
        if (dim % queries != 0) {
            throw config.fault(keys.heads, "a divisor of " + dim);
        }
        headDim = dim / queries;
        return this;
    }

    /** One feed-forward network in each layer. */
    HfShape dense() throws PxiException {
        Feed dense = new Feed.Dense(config.whole(keys.hidden, 1, Limits.WIDTH));
        feed = layer -> dense;
        return this;
    }

    /** One feed-forward network in each layer, four times as wide as the model unless something else is stated. */
    HfShape denseOrFourfold() throws PxiException {
        Feed dense = new Feed.Dense(config.whole(keys.hidden, 1, Limits.WIDTH, 4 * dim));
        feed = layer -> dense;
        return this;
    }

    /** Rotary positions over the first elements of a head. */
    HfShape rope(float share, String key) throws PxiException {
        rope = HfRope.read(config, rotating(share, key), usualContext(), askedContext());
        return this;
    }

    /** Rotary positions over whole heads, unless something else is stated. */
    HfShape rope() throws PxiException {
        return rope(1, "partial_rotary_factor");
    }

    private int rotating(float otherwise, String key) throws PxiException {
        float share = config.real(key, otherwise);
        int dims = (int) (headDim * (double) share);
        if (!(share > 0 && share <= 1) || dims < 2 || dims % 2 != 0) {
            throw config.fault(key, "an even share of a head of " + headDim);
        }
        return dims;
    }

    /** How far layers look back where they do so only as far; 0 where they do not. */
    HfShape window(String key, int otherwise) throws PxiException {
        windowSize = config.whole(key, 0, Limits.CONTEXT, otherwise);
        return this;
    }

    int usualContext() throws PxiException {
        return usualContext == 0
                ? config.whole(keys.context, 1, Limits.CONTEXT)
                : config.whole(keys.context, 1, Limits.CONTEXT, usualContext);
    }

    int askedContext() throws PxiException {
        return Assembly.context(config.file(), keys.context, usualContext(), asked);
    }

    Heads headsOf() {
        return new Heads(queries, keyValues, headDim);
    }

    /**
     * The blueprint.
     *
     * @param sources where weights are
     * @param ignored tensors that may stay unused, besides those that every model may leave so
     */
    Blueprint blueprint(Function<String, ? extends Source> sources, Predicate<String> ignored) throws PxiException {
        Heads heads = headsOf();
        String ids = "vocab_size";
        int vocabulary = Assembly.vocabulary(config.file(), ids, config.whole(ids, 1, Integer.MAX_VALUE));
        Embedding embedding = new Embedding(vocabulary, dim, tied, positions);
        List<Layer> all = new ArrayList<>();
        List<Boolean> local = localLayers();
        for (int i = 0; i < layers; i++) {
            boolean near = local.get(i);
            HfRope its = near && localRope != null ? localRope : rope;
            Attention attention = new Attention(
                    heads,
                    its == null || !hasPositions.test(i) ? null : its.rope(),
                    near ? windowSize : 0,
                    scores != null ? scores : Scores.of(heads));
            all.add(new Layer(attention, feed.apply(i)));
        }
        Decoder model = new Decoder(
                style.with(activation),
                embedding,
                askedContext(),
                all,
                scales,
                biases,
                config.real(keys.epsilon),
                ElementType.F32);
        HfRope factored = rope;
        return new Blueprint(
                style.name(),
                model.program(),
                name -> factored != null && factored.hasFactors() && name.equals(WeightNames.ROPE_FACTORS)
                        ? factored.factors()
                        : sources.apply(name),
                name -> name.endsWith(".rotary_emb.inv_freq")
                        || (tied && name.equals("lm_head.weight"))
                        || ignored.test(name));
    }

    /** Which layers look back only as far as the window: as the file lists it, else as the family has it. */
    private List<Boolean> localLayers() throws PxiException {
        List<String> types = config.texts("layer_types");
        List<Boolean> local = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            boolean usual = windowSize > 0 && isLocal.test(i);
            if (types == null) {
                local.add(usual);
                continue;
            }
            boolean near = types.size() == layers && types.get(i).equals("sliding_attention");
            boolean full = types.size() == layers && types.get(i).equals("full_attention");
            if (!(full || (near && windowSize > 0))) {
                String expected = windowSize > 0 ? "full_attention or sliding_attention" : "full_attention";
                throw config.fault("layer_types", layers + " layers, layer " + i + " of " + expected);
            }
            local.add(near);
        }
        return local;
    }
}
