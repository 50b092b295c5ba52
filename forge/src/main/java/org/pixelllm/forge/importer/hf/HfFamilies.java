package org.pixelllm.forge.importer.hf;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.family.Decoder.Biases;
import org.pixelllm.forge.family.Decoder.Scales;
import org.pixelllm.forge.family.Decoder.Scores;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Feed.Choice;
import org.pixelllm.forge.family.Rope.Pairing;
import org.pixelllm.forge.family.Style;
import org.pixelllm.forge.family.Style.Residual;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.forge.importer.hf.HfShape.Keys;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.program.Opcode;

/**
 * The families that are read from a {@code config.json}, by their {@code model_type}: which keys each has, what they mean,
 * and what its tensors are called. Source of both: transformers, {@code models/FAMILY/configuration_*.py} and
 * {@code modeling_*.py}.
 */
final class HfFamilies {

    /**
     * A model on its way in.
     *
     * @param config what it says
     * @param tensors the open file
     * @param context how many positions a person asked for; 0 for as many as the model has
     * @param notes receives what a person should know
     */
    record Opened(HfConfig config, TensorFile tensors, int context, Consumer<String> notes) {

        HfShape shape(Style style, Keys keys) throws PxiException {
            return new HfShape(config, style, keys, context);
        }

        HfShape shape(Style style) throws PxiException {
            return shape(style, Keys.USUAL);
        }
    }

    /** Reads the settings of one family. */
    interface Family {
        Blueprint blueprint(Opened opened) throws PxiException;
    }

    static final Map<String, Family> BY_TYPE = new TreeMap<>(Map.ofEntries(
            entry("llama", HfFamilies::llama),
            entry("mistral", HfFamilies::mistral),
            entry("mixtral", HfFamilies::mixtral),
            entry("qwen2", HfFamilies::qwen2),
            entry("qwen2_moe", HfFamilies::qwen2Moe),
            entry("qwen3", HfFamilies::qwen3),
            entry("qwen3_moe", HfFamilies::qwen3Moe),
            entry("gemma", HfFamilies::gemma),
            entry("gemma2", HfFamilies::gemma2),
            entry("gemma3_text", HfFamilies::gemma3),
            entry("phi3", HfFamilies::phi3),
            entry("smollm3", HfFamilies::smollm3),
            entry("olmo2", HfFamilies::olmo2),
            entry("granite", HfFamilies::granite),
            entry("stablelm", HfFamilies::stablelm),
            entry("starcoder2", HfFamilies::starcoder2),
            entry("gpt_neox", HfFamilies::gptNeox),
            entry("gptj", HfFamilies::gptJ),
            entry("phi", HfFamilies::phi),
            entry("falcon", HfFamilies::falcon),
            entry("gpt2", HfFamilies::gpt2)));

    private static final Map<String, Opcode> ACTIVATIONS = Map.of(
            "silu", Opcode.SILU,
            "swish", Opcode.SILU,
            "gelu", Opcode.GELU,
            "gelu_new", Opcode.GELU_TANH,
            "gelu_fast", Opcode.GELU_TANH,
            "gelu_pytorch_tanh", Opcode.GELU_TANH,
            "relu", Opcode.RELU);

    private static final Map<String, String> WHOLE =
            Map.of(WeightNames.EMBED, "model.embed_tokens", WeightNames.NORM, "model.norm", WeightNames.OUT, "lm_head");

    private static final Map<String, String> ATTENTION = Map.of(
            WeightNames.ATTENTION_NORM, "input_layernorm",
            WeightNames.Q, "self_attn.q_proj",
            WeightNames.K, "self_attn.k_proj",
            WeightNames.V, "self_attn.v_proj",
            WeightNames.O, "self_attn.o_proj",
            WeightNames.Q_NORM, "self_attn.q_norm",
            WeightNames.K_NORM, "self_attn.k_norm",
            WeightNames.FEED_NORM, "post_attention_layernorm");

    private static final Map<String, String> FEED = Map.of(
            WeightNames.GATE, "mlp.gate_proj",
            WeightNames.UP, "mlp.up_proj",
            WeightNames.DOWN, "mlp.down_proj",
            WeightNames.ROUTER, "mlp.gate",
            WeightNames.EXPERTS_GATE, "mlp.experts.*.gate_proj",
            WeightNames.EXPERTS_UP, "mlp.experts.*.up_proj",
            WeightNames.EXPERTS_DOWN, "mlp.experts.*.down_proj");

    private static final Map<String, String> SHARED = Map.of(
            WeightNames.SHARED_ROUTER, "mlp.shared_expert_gate",
            WeightNames.SHARED_GATE, "mlp.shared_expert.gate_proj",
            WeightNames.SHARED_UP, "mlp.shared_expert.up_proj",
            WeightNames.SHARED_DOWN, "mlp.shared_expert.down_proj");

    /** Norms after a block, and Gemma's name for those before the feed-forward network. */
    private static final Map<String, String> NORMS_AROUND = Map.of(
            WeightNames.ATTENTION_POST_NORM, "post_attention_layernorm",
            WeightNames.FEED_NORM, "pre_feedforward_layernorm",
            WeightNames.FEED_POST_NORM, "post_feedforward_layernorm");

    private HfFamilies() {}

    /** The usual names, but for those of {@code others}. */
    private static Function<String, Source.Stored> names(int experts, Map<String, String> others) {
        Map<String, String> inLayer = new TreeMap<>();
        List.of(ATTENTION, FEED, SHARED, others).forEach(inLayer::putAll);
        return SourceNames.of(WHOLE, "model.layers.", inLayer, experts);
    }

    private static Function<String, Source.Stored> names() {
        return names(0, Map.of());
    }

    private static Opcode activation(HfConfig config, String key, String usual) throws PxiException {
        Opcode opcode = ACTIVATIONS.get(config.text(key, usual));
        if (opcode == null) {
            throw config.fault(key, "one of " + List.copyOf(new TreeMap<>(ACTIVATIONS).keySet()));
        }
        return opcode;
    }

    private static Biases biases(HfConfig config) throws PxiException {
        boolean attention = config.flag("attention_bias", false);
        return new Biases(attention, attention, config.flag("mlp_bias", false), false);
    }

    /** What most families of Llama's shape share. */
    private static HfShape usual(Opened opened, Style style, int head, boolean tied) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = opened.shape(style).heads(head).dense();
        shape.activation = activation(config, "hidden_act", "silu");
        shape.tied = config.flag("tie_word_embeddings", tied);
        shape.biases = biases(config);
        return shape;
    }

    private static Blueprint blueprint(HfShape shape, Function<String, ? extends Source> names) throws PxiException {
        return shape.blueprint(names, name -> false);
    }

    private static Blueprint llama(Opened opened) throws PxiException {
        return blueprint(usual(opened, Style.LLAMA, 0, false).rope(), names());
    }

    private static Blueprint mistral(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.LLAMA, 0, false).rope();
        // Without the key it is 4096; a null says that there is none.
        shape.window("sliding_window", opened.config.states("sliding_window") ? 0 : 4096);
        return blueprint(shape, names());
    }

    private static Blueprint mixtral(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = usual(opened, Style.MIXTRAL, 0, false).rope();
        shape.window("sliding_window", 0);
        int experts = config.whole("num_local_experts", 1, Limits.WIDTH, 8);
        Feed feed = new Feed.Experts(
                experts,
                config.whole("num_experts_per_tok", 1, experts, 2),
                config.whole("intermediate_size", 1, Limits.WIDTH),
                Choice.AMONG_CHOSEN,
                null);
        shape.feed = layer -> feed;
        return blueprint(
                shape,
                names(
                        experts,
                        Map.of(
                                WeightNames.ROUTER, "block_sparse_moe.gate",
                                WeightNames.EXPERTS_GATE, "block_sparse_moe.experts.*.w1",
                                WeightNames.EXPERTS_UP, "block_sparse_moe.experts.*.w3",
                                WeightNames.EXPERTS_DOWN, "block_sparse_moe.experts.*.w2")));
    }

    /** Qwen's window, which holds from a layer on. */
    private static void qwenWindow(HfShape shape) throws PxiException {
        HfConfig config = shape.config();
        int window = config.whole("sliding_window", 0, Limits.CONTEXT, 4096);
        int full = config.whole("max_window_layers", 0, Integer.MAX_VALUE, 28);
        if (config.flag("use_sliding_window", false)) {
            shape.windowSize = window;
            shape.isLocal = layer -> layer >= full;
        }
    }

    private static Blueprint qwen2(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.QWEN2, 0, false).rope();
        shape.biases = new Biases(true, false, false, false);
        opened.config.require("attention_bias", false);
        opened.config.require("mlp_bias", false);
        qwenWindow(shape);
        return blueprint(shape, names());
    }

    private static Blueprint qwen3(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.QWEN3, 128, false).rope();
        qwenWindow(shape);
        return blueprint(shape, names());
    }

    private static Blueprint qwen2Moe(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.QWEN2_MOE, 0, false).rope();
        shape.biases = new Biases(opened.config.flag("qkv_bias", true), false, false, false);
        qwenWindow(shape);
        int hidden = opened.config.whole("shared_expert_intermediate_size", 1, Limits.WIDTH);
        return qwenExperts(shape, new Feed.Shared(hidden));
    }

    private static Blueprint qwen3Moe(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.QWEN3_MOE, 0, false).rope();
        qwenWindow(shape);
        return qwenExperts(shape, null);
    }

    /** Experts in every layer, or every few of them, and not in those that are listed. */
    private static Blueprint qwenExperts(HfShape shape, Feed.@Nullable Shared shared) throws PxiException {
        HfConfig config = shape.config();
        int experts = config.whole("num_experts", 0, Limits.WIDTH, 0);
        int step = config.whole("decoder_sparse_step", 1, Integer.MAX_VALUE, 1);
        Set<Integer> dense = Set.copyOf(config.ids("mlp_only_layers"));
        if (experts > 0) {
            Feed chosen = new Feed.Experts(
                    experts,
                    config.whole("num_experts_per_tok", 1, experts),
                    config.whole("moe_intermediate_size", 1, Limits.WIDTH),
                    config.flag("norm_topk_prob", false) ? Choice.AMONG_CHOSEN : Choice.AMONG_ALL,
                    shared);
            Function<Integer, Feed> usual = shape.feed;
            shape.feed = layer -> (layer + 1) % step == 0 && !dense.contains(layer) ? chosen : usual.apply(layer);
        }
        return blueprint(shape, names(experts, Map.of()));
    }

    /** Gemma keeps its norms' gains less one. */
    private static Function<String, Source.Stored> onePlus(Function<String, Source.Stored> names) {
        return name -> name.endsWith(WeightNames.NORM) ? names.apply(name).plus(1) : names.apply(name);
    }

    private static HfShape gemma(Opened opened, Style style, String activation) throws PxiException {
        HfShape shape = opened.shape(style).heads(256).dense();
        HfConfig config = opened.config;
        shape.activation = activation(config, activation, "gelu_pytorch_tanh");
        shape.tied = config.flag("tie_word_embeddings", true);
        shape.scales = Scales.ofEmbedding(shape.dim);
        shape.biases = biases(config);
        return shape;
    }

    private static Blueprint gemma(Opened opened) throws PxiException {
        HfShape shape = gemma(opened, Style.GEMMA, "hidden_activation").rope();
        // The first configurations say gelu and mean its approximation, as transformers knows.
        opened.config.require("hidden_act", List.of("gelu_pytorch_tanh", "gelu"));
        return blueprint(shape, onePlus(names()));
    }

    private static Scores gemmaScores(HfConfig config, float cap) throws PxiException {
        return new Scores((float) (1 / Math.sqrt(config.real("query_pre_attn_scalar", 256))), cap);
    }

    private static Blueprint gemma2(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = gemma(opened, Style.GEMMA2, "hidden_activation").rope().window("sliding_window", 4096);
        config.require("hidden_act", List.of("gelu_pytorch_tanh"));
        // The first configurations name the window twice.
        if (config.whole("sliding_window_size", 0, Limits.CONTEXT, shape.windowSize) != shape.windowSize) {
            throw config.fault("sliding_window_size", shape.windowSize + ", as sliding_window says");
        }
        shape.isLocal = layer -> layer % 2 == 0;
        // Null is no bound, and so is nothing only where the configuration says so.
        shape.scores = gemmaScores(config, cap(config, "attn_logit_softcapping", 50));
        shape.scales = new Scales(shape.scales.embedding(), 1, 1, cap(config, "final_logit_softcapping", 30));
        return blueprint(shape, onePlus(names(0, NORMS_AROUND)));
    }

    /** A bound: null for none, and a family's own where the key is absent. */
    private static float cap(HfConfig config, String key, float usual) throws PxiException {
        return config.real(key, config.states(key) ? 0 : usual);
    }

    private static Blueprint gemma3(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = gemma(opened, Style.GEMMA3, "hidden_activation").window("sliding_window", 4096);
        int pattern = config.whole(
                "sliding_window_pattern",
                1,
                Integer.MAX_VALUE,
                config.whole("_sliding_window_pattern", 1, Integer.MAX_VALUE, 6));
        shape.isLocal = layer -> (layer + 1) % pattern != 0;
        shape.scores = gemmaScores(config, cap(config, "attn_logit_softcapping", 0));
        shape.scales = new Scales(shape.scales.embedding(), 1, 1, cap(config, "final_logit_softcapping", 0));
        config.require("use_bidirectional_attention", false);
        gemma3Rope(config, shape);
        return blueprint(shape, onePlus(names(0, NORMS_AROUND)));
    }

    /** Layers that see everything and those that do not have bases of their own; only the former are stretched. */
    private static void gemma3Rope(HfConfig config, HfShape shape) throws PxiException {
        HfConfig parameters = config.within("rope_parameters");
        int usual = shape.usualContext();
        int context = shape.askedContext();
        if (parameters != null) {
            shape.rope = HfRope.ofLayers(config, parameters, "full_attention", shape.headDim, usual, context);
            shape.localRope = HfRope.ofLayers(config, parameters, "sliding_attention", shape.headDim, usual, context);
            return;
        }
        if (!config.has("rope_theta")) {
            throw config.fault("rope_theta", "a finite number");
        }
        shape.rope();
        shape.localRope = HfRope.plain(Pairing.HALVES, shape.headDim, config.real("rope_local_base_freq", 10_000));
    }

    private static Blueprint phi3(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.PHI3, 0, false).rope().window("sliding_window", 0);
        opened.config.has("original_max_position_embeddings"); // says nothing where positions are not scaled
        int hidden = opened.config.whole("intermediate_size", 1, Limits.WIDTH);
        Function<String, Source.Stored> names = names(
                0,
                Map.of(
                        WeightNames.Q, "self_attn.qkv_proj",
                        WeightNames.K, "self_attn.qkv_proj",
                        WeightNames.V, "self_attn.qkv_proj",
                        WeightNames.GATE, "mlp.gate_up_proj",
                        WeightNames.UP, "mlp.gate_up_proj"));
        return blueprint(
                shape,
                name -> SourceNames.gateAndUp(
                        name, SourceNames.fused(name, names.apply(name), shape.headsOf()), hidden));
    }

    private static Blueprint smollm3(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = usual(opened, Style.SMOLLM3, 0, true).rope();
        int interval = config.whole("no_rope_layer_interval", 1, Integer.MAX_VALUE, 4);
        List<Integer> listed = config.ids("no_rope_layers");
        if (!listed.isEmpty() && listed.size() != shape.layers) {
            throw config.fault("no_rope_layers", "a number for each of " + shape.layers + " layers");
        }
        // The list has 1 for a layer with positions.
        shape.hasPositions = layer -> listed.isEmpty() ? (layer + 1) % interval != 0 : listed.get(layer) != 0;
        int window = config.whole("sliding_window", 0, Limits.CONTEXT, 0);
        if (config.flag("use_sliding_window", false)) {
            shape.windowSize = window;
            shape.isLocal = shape.hasPositions;
        }
        return blueprint(shape, names());
    }

    private static Blueprint olmo2(Opened opened) throws PxiException {
        HfShape shape = usual(opened, Style.OLMO2, 0, false).rope();
        return blueprint(shape, names(0, NORMS_AROUND));
    }

    private static Blueprint granite(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = usual(opened, Style.GRANITE, 0, false).rope();
        shape.scores = new Scores(config.real("attention_multiplier", 1), 0);
        float logits = config.real("logits_scaling", 1);
        if (logits == 0) {
            throw config.fault("logits_scaling", "a number other than 0");
        }
        shape.scales = new Scales(
                config.real("embedding_multiplier", 1), config.real("residual_multiplier", 1), 1 / logits, 0);
        return blueprint(shape, names());
    }

    private static Blueprint stablelm(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        config.require("qk_layernorm", false);
        boolean parallel = config.flag("use_parallel_residual", false);
        Style style = parallel ? Style.STABLELM.with(Residual.PARALLEL_ONE_NORM) : Style.STABLELM;
        HfShape shape = opened.shape(style, Keys.USUAL.withEpsilon("layer_norm_eps"))
                .heads(0)
                .dense()
                .rope(0.25f, "partial_rotary_factor");
        shape.activation = activation(config, "hidden_act", "silu");
        shape.tied = config.flag("tie_word_embeddings", false);
        shape.biases = new Biases(config.flag("use_qkv_bias", false), false, false, false);
        return blueprint(shape, names());
    }

    private static Blueprint starcoder2(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = opened.shape(Style.STARCODER2, Keys.USUAL.withEpsilon("norm_epsilon"))
                .heads(0)
                .dense()
                .rope()
                .window("sliding_window", 0);
        shape.activation = activation(config, "hidden_act", "gelu_pytorch_tanh");
        shape.tied = config.flag("tie_word_embeddings", true);
        boolean bias = config.flag("use_bias", true);
        shape.biases = new Biases(bias, bias, bias, false);
        // What the first StarCoder's configurations had, and this family's modules do not read.
        for (String unread : List.of("activation_function", "layer_norm_epsilon", "scale_attn_weights")) {
            config.has(unread);
        }
        config.require("mlp_type", List.of("default"));
        config.require("norm_type", List.of("layer_norm"));
        return blueprint(shape, names(0, Map.of(WeightNames.UP, "mlp.c_fc", WeightNames.DOWN, "mlp.c_proj")));
    }

    private static Blueprint gptNeox(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        boolean parallel = config.flag("use_parallel_residual", true);
        Style style = parallel ? Style.GPT_NEOX : Style.GPT_NEOX.with(Residual.BEFORE);
        HfShape shape = opened.shape(style, Keys.USUAL.withEpsilon("layer_norm_eps"))
                .evenHeads()
                .dense();
        shape.activation = activation(config, "hidden_act", "gelu");
        shape.tied = config.flag("tie_word_embeddings", false);
        boolean bias = config.flag("attention_bias", true);
        shape.biases = new Biases(bias, bias, true, false);
        gptNeoxRope(config, shape);
        Function<String, Source.Stored> names = SourceNames.of(
                Map.of(
                        WeightNames.EMBED, "gpt_neox.embed_in",
                        WeightNames.NORM, "gpt_neox.final_layer_norm",
                        WeightNames.OUT, "embed_out"),
                "gpt_neox.layers.",
                Map.of(
                        WeightNames.ATTENTION_NORM, "input_layernorm",
                        WeightNames.Q, "attention.query_key_value",
                        WeightNames.K, "attention.query_key_value",
                        WeightNames.V, "attention.query_key_value",
                        WeightNames.O, "attention.dense",
                        WeightNames.FEED_NORM, "post_attention_layernorm",
                        WeightNames.UP, "mlp.dense_h_to_4h",
                        WeightNames.DOWN, "mlp.dense_4h_to_h"));
        return shape.blueprint(
                name -> SourceNames.grouped(name, names.apply(name), shape.headsOf()), HfFamilies::isMask);
    }

    private static void gptNeoxRope(HfConfig config, HfShape shape) throws PxiException {
        float base = config.real("rotary_emb_base", 10_000);
        shape.rope(0.25f, "rotary_pct");
        HfRope rope = Objects.requireNonNull(shape.rope);
        HfConfig parameters = config.within("rope_parameters");
        boolean stated = config.has("rope_theta") || (parameters != null && parameters.has("rope_theta"));
        if (stated && config.has("rotary_emb_base") && rope.rope().theta() != base) {
            throw config.fault("rotary_emb_base", rope.rope().theta() + ", as rope_theta says");
        }
        shape.rope = stated || rope.hasFactors() ? rope : rope.withTheta(base);
    }

    private static final Keys GPT_KEYS =
            new Keys("n_embd", "n_head", "n_layer", "n_inner", "n_positions", "layer_norm_epsilon");

    private static Blueprint gptJ(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = opened.shape(Style.GPT_J, GPT_KEYS).evenHeads().denseOrFourfold();
        shape.activation = activation(config, "activation_function", "gelu_new");
        shape.tied = config.flag("tie_word_embeddings", false);
        shape.biases = new Biases(false, false, true, !shape.tied);
        config.require("scale_attn_weights", true);
        int dims = config.whole("rotary_dim", 2, shape.headDim, shape.headDim);
        if (!config.flag("rotary", true)) {
            throw config.fault("rotary", "true");
        }
        shape.rope = HfRope.plain(Pairing.ADJACENT, dims, 10_000);
        Function<String, Source.Stored> names = SourceNames.of(
                Map.of(
                        WeightNames.EMBED, "transformer.wte",
                        WeightNames.NORM, "transformer.ln_f",
                        WeightNames.OUT, "lm_head"),
                "transformer.h.",
                Map.of(
                        WeightNames.ATTENTION_NORM, "ln_1",
                        WeightNames.Q, "attn.q_proj",
                        WeightNames.K, "attn.k_proj",
                        WeightNames.V, "attn.v_proj",
                        WeightNames.O, "attn.out_proj",
                        WeightNames.UP, "mlp.fc_in",
                        WeightNames.DOWN, "mlp.fc_out"));
        return shape.blueprint(names, HfFamilies::isMask);
    }

    private static Blueprint phi(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        config.require("qk_layernorm", false);
        HfShape shape = opened.shape(Style.PHI2, Keys.USUAL.withEpsilon("layer_norm_eps"))
                .heads(0)
                .dense()
                .rope(0.5f, "partial_rotary_factor");
        shape.activation = activation(config, "hidden_act", "gelu_new");
        shape.tied = config.flag("tie_word_embeddings", false);
        shape.biases = new Biases(true, true, true, true);
        Function<String, Source.Stored> names = SourceNames.of(
                Map.of(
                        WeightNames.EMBED, "model.embed_tokens",
                        WeightNames.NORM, "model.final_layernorm",
                        WeightNames.OUT, "lm_head"),
                "model.layers.",
                Map.of(
                        WeightNames.ATTENTION_NORM, "input_layernorm",
                        WeightNames.Q, "self_attn.q_proj",
                        WeightNames.K, "self_attn.k_proj",
                        WeightNames.V, "self_attn.v_proj",
                        WeightNames.O, "self_attn.dense",
                        WeightNames.UP, "mlp.fc1",
                        WeightNames.DOWN, "mlp.fc2"));
        return blueprint(shape, names);
    }

    private static final Keys FALCON_KEYS = new Keys(
            "hidden_size",
            "num_attention_heads",
            "num_hidden_layers",
            "ffn_hidden_size",
            "max_position_embeddings",
            "layer_norm_epsilon");

    private static Blueprint falcon(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        config.require("alibi", false);
        boolean later = config.flag("new_decoder_architecture", false);
        boolean parallel = config.flag("parallel_attn", true);
        int norms = config.whole("num_ln_in_parallel_attn", 1, 2, later ? 2 : 1);
        boolean two = later && norms == 2;
        Style style = Style.FALCON.with(
                two ? Residual.PARALLEL : later || parallel ? Residual.PARALLEL_ONE_NORM : Residual.BEFORE);
        config.require("apply_residual_connection_post_layernorm", false);
        HfShape shape = opened.shape(style, FALCON_KEYS).evenHeads().denseOrFourfold();
        shape.usualContext = 2048;
        boolean shared = config.flag("multi_query", true);
        int kvHeads = config.whole("num_kv_heads", 1, shape.queries, shape.queries);
        shape.keyValues = later ? kvHeads : shared ? 1 : shape.queries;
        shape.activation = activation(config, "activation", "gelu");
        shape.tied = config.flag("tie_word_embeddings", true);
        boolean bias = config.flag("bias", false);
        shape.biases = new Biases(bias, bias, bias, false);
        shape.rope();
        Function<String, Source.Stored> names = SourceNames.of(
                Map.of(
                        WeightNames.EMBED, "transformer.word_embeddings",
                        WeightNames.NORM, "transformer.ln_f",
                        WeightNames.OUT, "lm_head"),
                "transformer.h.",
                Map.of(
                        WeightNames.ATTENTION_NORM, two ? "ln_attn" : "input_layernorm",
                        WeightNames.Q, "self_attention.query_key_value",
                        WeightNames.K, "self_attention.query_key_value",
                        WeightNames.V, "self_attention.query_key_value",
                        WeightNames.O, "self_attention.dense",
                        WeightNames.FEED_NORM, two ? "ln_mlp" : "post_attention_layernorm",
                        WeightNames.UP, "mlp.dense_h_to_4h",
                        WeightNames.DOWN, "mlp.dense_4h_to_h"));
        return blueprint(shape, name -> SourceNames.grouped(name, names.apply(name), shape.headsOf()));
    }

    /** GPT-2's matrices stand with inputs first. */
    private static final Set<String> TRANSPOSED =
            Set.of(WeightNames.Q, WeightNames.K, WeightNames.V, WeightNames.O, WeightNames.UP, WeightNames.DOWN);

    private static Blueprint gpt2(Opened opened) throws PxiException {
        HfConfig config = opened.config;
        HfShape shape = opened.shape(Style.GPT2, GPT_KEYS).evenHeads().denseOrFourfold();
        shape.activation = activation(config, "activation_function", "gelu_new");
        shape.tied = config.flag("tie_word_embeddings", true);
        shape.positions = true;
        shape.biases = Biases.LAYERS;
        config.require("scale_attn_weights", true);
        config.require("scale_attn_by_inverse_layer_idx", false);
        config.require("add_cross_attention", false);
        int table = shape.usualContext();
        // Names begin so where the output stands beside the model, and without it where the model stands alone.
        String prefix = opened.tensors.tensors().containsKey("wte.weight") ? "" : "transformer.";
        Function<String, Source.Stored> names = SourceNames.of(
                Map.of(
                        WeightNames.EMBED, prefix + "wte",
                        WeightNames.POSITION, prefix + "wpe",
                        WeightNames.NORM, prefix + "ln_f",
                        WeightNames.OUT, "lm_head"),
                prefix + "h.",
                Map.of(
                        WeightNames.ATTENTION_NORM, "ln_1",
                        WeightNames.Q, "attn.c_attn",
                        WeightNames.K, "attn.c_attn",
                        WeightNames.V, "attn.c_attn",
                        WeightNames.O, "attn.c_proj",
                        WeightNames.FEED_NORM, "ln_2",
                        WeightNames.UP, "mlp.c_fc",
                        WeightNames.DOWN, "mlp.c_proj"));
        return shape.blueprint(
                name -> {
                    Source.Stored source = SourceNames.fused(name, names.apply(name), shape.headsOf());
                    if (name.equals(WeightNames.POSITION)) {
                        return source.rows(Source.Rows.from(0, table));
                    }
                    return TRANSPOSED.contains(SourceNames.local(name)) ? source.transpose() : source;
                },
                HfFamilies::isMask);
    }

    /** The causal mask, which old files keep beside the weights. */
    private static boolean isMask(String name) {
        return name.endsWith(".attn.bias")
                || name.endsWith(".attn.masked_bias")
                || name.endsWith(".attention.bias")
                || name.endsWith(".attention.masked_bias");
    }
}
