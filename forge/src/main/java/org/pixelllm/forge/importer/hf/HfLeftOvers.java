package org.pixelllm.forge.importer.hf;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.PxiException;

/**
 * The keys of a {@code config.json} that its family's reader did not ask for. One that may change what the model computes is
 * refused, as a tensor that is left over is.
 */
final class HfLeftOvers {

    /** Keys that change nothing that the model computes. */
    private static final Set<String> HARMLESS = Set.of(
            // What the model is called and what it was written by.
            "architectures",
            "model_type",
            "_name_or_path",
            "name_or_path",
            "_commit_hash",
            "transformers_version",
            "auto_map",
            "tokenizer_class",
            "prefix",
            "finetuning_task",
            "task_specific_params",
            "id2label",
            "label2id",
            "problem_type",
            "unsloth_fixed",
            "unsloth_version",
            "license",
            "is_llama_config",
            "transformers.js_config",
            // How it is computed, in what type and by which code.
            "torch_dtype",
            "dtype",
            "use_cache",
            "use_bfloat16",
            "attn_implementation",
            "_attn_implementation",
            "_attn_implementation_autoset",
            "_flash_attn_2_enabled",
            "use_flash_attn",
            "cache_implementation",
            "pretraining_tp",
            "torchscript",
            "gradient_checkpointing",
            "reorder_and_upcast_attn",
            "chunk_size_feed_forward",
            "attention_softmax_in_fp32",
            "scale_attention_softmax_in_fp32",
            // Training.
            "initializer_range",
            "initializer_factor",
            "attention_dropout",
            "hidden_dropout",
            "attn_pdrop",
            "embd_pdrop",
            "resid_pdrop",
            "embedding_dropout",
            "residual_dropout",
            "classifier_dropout",
            "dropout",
            "router_aux_loss_coef",
            "router_jitter_noise",
            "output_router_logits",
            "layer_norm_init",
            // Its tokens, which are read elsewhere, and what a call returns.
            "bos_token_id",
            "eos_token_id",
            "pad_token_id",
            "sep_token_id",
            "cls_token_id",
            "mask_token_id",
            "unk_token_id",
            "decoder_start_token_id",
            "eos_token",
            "bos_token",
            "return_dict",
            "output_attentions",
            "output_hidden_states",
            "use_return_dict",
            // Of other tasks than the next token.
            "summary_activation",
            "summary_first_dropout",
            "summary_proj_to_labels",
            "summary_type",
            "summary_use_proj",
            "n_ctx",
            "num_labels",
            "n_special",
            "predict_special_tokens");

    /** How tokens are chosen by transformers where nothing else is said: the machine gives logits and is told. */
    private static final Set<String> GENERATION = Set.of(
            "max_length",
            "min_length",
            "max_new_tokens",
            "do_sample",
            "early_stopping",
            "num_beams",
            "num_beam_groups",
            "diversity_penalty",
            "temperature",
            "top_k",
            "top_p",
            "typical_p",
            "repetition_penalty",
            "length_penalty",
            "no_repeat_ngram_size",
            "encoder_no_repeat_ngram_size",
            "bad_words_ids",
            "num_return_sequences",
            "output_scores",
            "return_dict_in_generate",
            "forced_bos_token_id",
            "forced_eos_token_id",
            "remove_invalid_values",
            "suppress_tokens",
            "begin_suppress_tokens",
            "exponential_decay_length_penalty");

    /** Keys that change nothing while they have one of these values, as JSON. */
    private static final Map<String, Set<String>> NEUTRAL = Map.ofEntries(
            Map.entry("attention_bias", Set.of("false")),
            Map.entry("mlp_bias", Set.of("false")),
            Map.entry("partial_rotary_factor", Set.of("1", "1.0")),
            Map.entry("rope_interleaved", Set.of("false")),
            Map.entry("is_decoder", Set.of("true", "false")),
            Map.entry("is_encoder_decoder", Set.of("false")),
            Map.entry("add_cross_attention", Set.of("false")),
            Map.entry("tie_encoder_decoder", Set.of("false")),
            Map.entry("tf_legacy_loss", Set.of("false")),
            Map.entry("pruned_heads", Set.of("{}")),
            Map.entry("use_sliding_window", Set.of("false")),
            Map.entry("lm_head_bias", Set.of("false")),
            Map.entry("full_attn_mod", Set.of("1")),
            Map.entry("interpolate_factor", Set.of("1")),
            Map.entry("num_experts", Set.of("0")));

    private HfLeftOvers() {}

    /** Refuses what is left over, at any depth. */
    static void require(HfConfig config) throws PxiException {
        for (String key : config.leftOver()) {
            if (key.equals("quantization_config")) {
                throw config.fault(
                        key,
                        "weights of F32, F16 or BF16: the model as it was before it was quantised, or its GGUF file");
            }
            Set<String> neutral = NEUTRAL.getOrDefault(key, Set.of());
            if (!HARMLESS.contains(key) && !GENERATION.contains(key) && !neutral.contains(config.json(key))) {
                String or = neutral.isEmpty()
                        ? ""
                        : ", or this one as " + neutral.iterator().next();
                throw config.fault(key, "only keys that this family follows" + or);
            }
        }
        boolean twice = config.isObject("rope_parameters");
        for (String key : List.of("rope_scaling", "rope_parameters", "full_attention", "sliding_attention")) {
            if (config.wasAsked(key) && config.isObject(key) && !(twice && key.equals("rope_scaling"))) {
                requireWithin(config.within(key));
            }
        }
    }

    private static void requireWithin(@Nullable HfConfig config) throws PxiException {
        if (config != null) {
            require(config);
        }
    }
}
