package org.pixelllm.forge.importer.oracle;

import java.util.List;
import java.util.stream.Stream;

/** Every family with the options of it that are easily got wrong. */
final class TinyModels {

    static final int VOCABULARY = 97;
    static final int CONTEXT = 128;
    private static final int DIM = 32;
    private static final int HIDDEN = 40;

    private static final String LLAMA3 =
            "{\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                    + "\"original_max_position_embeddings\":16}";
    private static final String YARN =
            "{\"rope_type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":32}";
    private static final String LONGROPE =
            "{\"rope_type\":\"longrope\",\"short_factor\":[1.0,1.05,1.1]," + "\"long_factor\":[1.2,2.5,9.0]}";
    private static final String LINEAR = "{\"rope_type\":\"linear\",\"factor\":8.0}";

    private TinyModels() {}

    /** One of each, with a GGUF file that says the same. */
    static List<TinyModel> inBothFormats() {
        return List.of(
                usual("llama").put("rope_scaling", LLAMA3).put("rope_theta", "500000"),
                biased(usual("llama-biases")).put("head_dim", "12").put("rope_scaling", LINEAR),
                usual("mistral").put("sliding_window", "7"),
                usual("mixtral").put("num_local_experts", "5").put("num_experts_per_tok", "2"),
                usual("qwen2").put("tie_word_embeddings", "true").put("rope_scaling", YARN),
                experts(usual("qwen2_moe").put("shared_expert_intermediate_size", "24"), false),
                usual("qwen3").put("head_dim", "16").put("rope_scaling", YARN),
                experts(usual("qwen3_moe").put("head_dim", "10"), true),
                gemma("gemma").put("head_dim", "16"),
                gemma("gemma2")
                        .put("query_pre_attn_scalar", "8")
                        .put("sliding_window", "5")
                        .put("attn_logit_softcapping", "2.0")
                        .put("final_logit_softcapping", "3.0"),
                gemma("gemma3_text")
                        .put("query_pre_attn_scalar", "16")
                        .put("head_dim", "16")
                        .put("num_hidden_layers", "6")
                        .put("sliding_window", "6")
                        .put("rope_theta", "1000000")
                        .put("rope_local_base_freq", "10000")
                        .put("rope_scaling", LINEAR),
                usual("phi3")
                        .put("partial_rotary_factor", "0.75")
                        .put("sliding_window", "9")
                        .put("original_max_position_embeddings", "16")
                        .put("rope_scaling", LONGROPE)
                        .put("tie_word_embeddings", "true"),
                usual("smollm3").put("num_hidden_layers", "4").put("rope_theta", "5000000"),
                usual("olmo2").put("rope_theta", "500000"),
                usual("granite")
                        .put("embedding_multiplier", "12.0")
                        .put("attention_multiplier", "0.2")
                        .put("residual_multiplier", "0.22")
                        .put("logits_scaling", "8.0"),
                normed("stablelm").put("num_key_value_heads", "4").put("use_qkv_bias", "true"),
                starcoder2(),
                gptNeox("gpt_neox"),
                gptNeox("gpt_neox-sequential").put("use_parallel_residual", "false"),
                gptJ(),
                phi(),
                falcon("falcon"),
                falcon("falcon-two-norms")
                        .put("new_decoder_architecture", "true")
                        .put("num_kv_heads", "2"),
                falcon("falcon-biases").put("bias", "true").put("multi_query", "false"),
                gpt2());
    }

    /** What GGUF has no key for. */
    static List<TinyModel> inSafetensorsAlone() {
        return List.of(
                usual("qwen2-window")
                        .put("use_sliding_window", "true")
                        .put("sliding_window", "6")
                        .put("max_window_layers", "1"),
                experts(usual("qwen3_moe-dense-first").put("mlp_only_layers", "[0]"), true));
    }

    static Stream<TinyModel> all() {
        return Stream.concat(inBothFormats().stream(), inSafetensorsAlone().stream());
    }

    private static String type(String name) {
        return name.replaceFirst("-.*", "");
    }

    private static TinyModel usual(String name) {
        return new TinyModel(name, """
                {"model_type": "%s", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu",
                 "max_position_embeddings": %d, "rms_norm_eps": 1e-5, "tie_word_embeddings": false,
                 "rope_theta": 10000.0}
                """.formatted(type(name), VOCABULARY, DIM, HIDDEN, CONTEXT));
    }

    private static TinyModel biased(TinyModel model) {
        return model.put("attention_bias", "true").put("mlp_bias", "true");
    }

    private static TinyModel experts(TinyModel model, boolean normed) {
        return model.put("num_experts", "6")
                .put("num_experts_per_tok", "3")
                .put("moe_intermediate_size", "20")
                .put("norm_topk_prob", String.valueOf(normed));
    }

    private static TinyModel gemma(String name) {
        TinyModel model =
                usual(name).put("hidden_activation", "\"gelu_pytorch_tanh\"").put("tie_word_embeddings", "true");
        model.config.remove("hidden_act");
        return model.put("head_dim", "8");
    }

    private static TinyModel normed(String name) {
        TinyModel model = usual(name).put("layer_norm_eps", "1e-5");
        model.config.remove("rms_norm_eps");
        return model.put("head_dim", "16");
    }

    private static TinyModel starcoder2() {
        TinyModel model = usual("starcoder2")
                .put("norm_epsilon", "1e-5")
                .put("hidden_act", "\"gelu_pytorch_tanh\"")
                .put("use_bias", "true")
                .put("tie_word_embeddings", "true")
                .put("sliding_window", "11");
        model.config.remove("rms_norm_eps");
        return model;
    }

    private static TinyModel gptNeox(String name) {
        return new TinyModel(name, """
                {"model_type": "gpt_neox", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": 2, "num_attention_heads": 2, "hidden_act": "gelu", "rotary_pct": 0.25,
                 "rotary_emb_base": 10000, "max_position_embeddings": %d, "layer_norm_eps": 1e-5,
                 "tie_word_embeddings": false}
                """.formatted(VOCABULARY, DIM, HIDDEN, CONTEXT));
    }

    private static TinyModel gptJ() {
        return new TinyModel("gptj", """
                {"model_type": "gptj", "vocab_size": %d, "n_embd": %d, "n_inner": null, "n_layer": 2, "n_head": 2,
                 "n_positions": %d, "rotary_dim": 6, "activation_function": "gelu_new",
                 "layer_norm_epsilon": 1e-5, "tie_word_embeddings": false}
                """.formatted(VOCABULARY, DIM, CONTEXT));
    }

    private static TinyModel phi() {
        return new TinyModel("phi", """
                {"model_type": "phi", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": null,
                 "hidden_act": "gelu_new", "partial_rotary_factor": 0.4, "max_position_embeddings": %d,
                 "layer_norm_eps": 1e-5, "tie_word_embeddings": false}
                """.formatted(VOCABULARY, DIM, HIDDEN, CONTEXT));
    }

    private static TinyModel falcon(String name) {
        return new TinyModel(name, """
                {"model_type": "falcon", "vocab_size": %d, "hidden_size": %d, "num_hidden_layers": 2,
                 "num_attention_heads": 4, "multi_query": true, "parallel_attn": true, "bias": false, "alibi": false, "activation": "gelu",
                 "new_decoder_architecture": false, "max_position_embeddings": %d, "layer_norm_epsilon": 1e-5}
                """.formatted(VOCABULARY, DIM, CONTEXT));
    }

    private static TinyModel gpt2() {
        return new TinyModel("gpt2", """
                {"model_type": "gpt2", "vocab_size": %d, "n_embd": 33, "n_inner": 20, "n_layer": 2, "n_head": 3,
                 "n_positions": %d, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5}
                """.formatted(VOCABULARY, CONTEXT));
    }
}
