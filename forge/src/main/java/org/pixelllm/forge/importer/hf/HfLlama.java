package org.pixelllm.forge.importer.hf;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.Llama;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Rope.Scaling;
import org.pixelllm.forge.family.Variant;
import org.pixelllm.forge.family.Variant.Scores;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.weights.ElementType;

/** Reads the settings of families of Llama's shape from a {@code config.json}. Defaults are those of transformers. */
final class HfLlama {

    private static final Map<String, String> WHOLE =
            Map.of(WeightNames.EMBED, "model.embed_tokens", WeightNames.NORM, "model.norm", WeightNames.OUT, "lm_head");

    private static final Function<String, Source> NAMES = SourceNames.of(
            WHOLE,
            "model.layers.",
            Map.ofEntries(
                    Map.entry(WeightNames.ATTENTION_NORM, "input_layernorm"),
                    Map.entry(WeightNames.Q, "self_attn.q_proj"),
                    Map.entry(WeightNames.K, "self_attn.k_proj"),
                    Map.entry(WeightNames.V, "self_attn.v_proj"),
                    Map.entry(WeightNames.O, "self_attn.o_proj"),
                    Map.entry(WeightNames.Q_NORM, "self_attn.q_norm"),
                    Map.entry(WeightNames.K_NORM, "self_attn.k_norm"),
                    Map.entry(WeightNames.FEED_NORM, "post_attention_layernorm"),
                    Map.entry(WeightNames.GATE, "mlp.gate_proj"),
                    Map.entry(WeightNames.UP, "mlp.up_proj"),
                    Map.entry(WeightNames.DOWN, "mlp.down_proj")));

    private static final Function<String, Source> GEMMA2_NORMS = SourceNames.of(
            WHOLE,
            "model.layers.",
            Map.of(
                    WeightNames.ATTENTION_NORM, "input_layernorm",
                    WeightNames.ATTENTION_POST_NORM, "post_attention_layernorm",
                    WeightNames.FEED_NORM, "pre_feedforward_layernorm",
                    WeightNames.FEED_POST_NORM, "post_feedforward_layernorm"));

    private static final String TANH = "gelu_pytorch_tanh";

    private final HfConfig config;
    private final int dim;
    private final int heads;
    private final int layers;

    HfLlama(HfConfig config) throws PxiException {
        this.config = config;
        this.dim = config.whole("hidden_size", 1, Limits.WIDTH);
        this.heads = config.whole("num_attention_heads", 1, Limits.WIDTH);
        this.layers = config.whole("num_hidden_layers", 1, Assembly.MAX_LAYERS);
    }

    Blueprint llama() throws PxiException {
        requireSilu();
        return blueprint(Variant.LLAMA, evenHead(), 0, false, NAMES);
    }

    Blueprint mistral() throws PxiException {
        requireSilu();
        // Without the key it is 4096; a null says that there is none.
        int window = window(config.states("sliding_window") ? 0 : 4096);
        return blueprint(Variant.LLAMA, evenHead(), window, false, NAMES);
    }

    Blueprint qwen2() throws PxiException {
        requireSilu();
        config.require("use_sliding_window", false);
        return blueprint(Variant.QWEN2, evenHead(), 0, false, NAMES);
    }

    Blueprint qwen3() throws PxiException {
        requireSilu();
        config.require("use_sliding_window", false);
        return blueprint(Variant.QWEN3, head(128), 0, false, NAMES);
    }

    Blueprint gemma() throws PxiException {
        // The first configurations say gelu and mean its approximation, as transformers knows.
        config.require("hidden_act", List.of(TANH, "gelu"));
        config.require("hidden_activation", List.of(TANH));
        return blueprint(Variant.GEMMA, head(256), 0, true, HfLlama::withGainsOfOnePlus);
    }

    Blueprint gemma2() throws PxiException {
        config.require("hidden_activation", List.of(TANH));
        Variant variant = Variant.gemma2(
                new Scores(
                        (float) (1 / Math.sqrt(config.real("query_pre_attn_scalar", 256))),
                        config.real("attn_logit_softcapping")),
                config.real("final_logit_softcapping"));
        return blueprint(variant, head(256), window(4096), true, name -> {
            boolean norm = isNorm(name) && !name.equals(WeightNames.NORM);
            return norm ? GEMMA2_NORMS.apply(name).plus(1) : withGainsOfOnePlus(name);
        });
    }

    private static Source withGainsOfOnePlus(String name) {
        return isNorm(name) ? NAMES.apply(name).plus(1) : NAMES.apply(name);
    }

    private static boolean isNorm(String name) {
        return name.endsWith(WeightNames.NORM);
    }

    private void requireSilu() throws PxiException {
        config.require("hidden_act", List.of("silu"));
    }

    private int head(int otherwise) throws PxiException {
        return config.whole("head_dim", 2, Limits.WIDTH, otherwise);
    }

    /** The head that is stated, or one that divides the width. */
    private int evenHead() throws PxiException {
        if (!config.has("head_dim") && dim % heads != 0) {
            throw config.fault("num_attention_heads", "heads that divide " + dim);
        }
        return head(dim / heads);
    }

    private int window(int otherwise) throws PxiException {
        return config.whole("sliding_window", 0, Limits.CONTEXT, otherwise);
    }

    private Blueprint blueprint(
            Variant variant, int headDim, int window, boolean tiedUnlessStated, Function<String, Source> sources)
            throws PxiException {
        config.require("attention_bias", false);
        config.require("mlp_bias", false);
        if (config.real("partial_rotary_factor", 1) != 1) {
            throw config.fault("partial_rotary_factor", "1, the whole head");
        }
        boolean tied = config.flag("tie_word_embeddings", tiedUnlessStated);
        Heads shape = new Heads(heads, config.whole("num_key_value_heads", 1, heads, heads), headDim);
        Llama.Layer layer = new Llama.Layer(
                new Llama.Attention(shape, rope(), window),
                config.whole("intermediate_size", 1, Limits.WIDTH),
                config.real("rms_norm_eps"));
        Llama family = new Llama(
                variant,
                new Embedding(config.whole("vocab_size", 1, Limits.WIDTH), dim, tied),
                config.whole("max_position_embeddings", 1, Limits.CONTEXT),
                layers,
                layer,
                ElementType.F32);
        requireLayerTypes(family);
        return new Blueprint(
                variant.name(),
                family.program(),
                sources,
                name -> name.endsWith(".rotary_emb.inv_freq") || (tied && name.equals("lm_head.weight")));
    }

    private void requireLayerTypes(Llama family) throws PxiException {
        List<String> types = config.texts("layer_types");
        for (int i = 0; types != null && i < layers; i++) {
            String expected = family.windowOf(i) > 0 ? "sliding_attention" : "full_attention";
            if (types.size() != layers || !types.get(i).equals(expected)) {
                throw config.fault("layer_types", layers + " layers, layer " + i + " of " + expected);
            }
        }
    }

    private Rope rope() throws PxiException {
        // Later versions of transformers keep all of it in one place.
        HfConfig parameters = config.within("rope_parameters");
        HfConfig older = config.within("rope_scaling");
        if (parameters != null && older != null && !parameters.values().equals(older.values())) {
            throw config.fault("rope_scaling", "the same as rope_parameters, or one of the two");
        }
        HfConfig scaling = parameters != null ? parameters : older;
        float theta = theta(scaling);
        return scaling == null ? Rope.plain(Rope.Pairing.HALVES, theta) : scaled(scaling, theta);
    }

    /** The base, which stands beside the scaling or within it. */
    private float theta(@Nullable HfConfig scaling) throws PxiException {
        String key = "rope_theta";
        if (scaling == null || !scaling.has(key)) {
            return config.real(key, 10_000);
        }
        float theta = scaling.real(key);
        if (config.has(key) && config.real(key) != theta) {
            throw scaling.fault(key, config.real(key) + ", as rope_theta outside says");
        }
        return theta;
    }

    private static Rope scaled(HfConfig scaling, float theta) throws PxiException {
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        return switch (scaling.text(key, "")) {
            case "default" -> Rope.plain(Rope.Pairing.HALVES, theta);
            case "linear" -> halves(theta, Scaling.linear(scaling.real("factor")));
            case "llama3" ->
                halves(
                        theta,
                        new Scaling(
                                scaling.real("factor"),
                                scaling.real("low_freq_factor"),
                                scaling.real("high_freq_factor"),
                                scaling.whole("original_max_position_embeddings", 1, Limits.CONTEXT)));
            default -> throw scaling.fault(key, "default, linear or llama3");
        };
    }

    private static Rope halves(float theta, Scaling scaling) {
        return new Rope(Rope.Pairing.HALVES, theta, scaling);
    }
}
