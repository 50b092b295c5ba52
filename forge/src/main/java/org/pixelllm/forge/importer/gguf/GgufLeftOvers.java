package org.pixelllm.forge.importer.gguf;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pixelllm.protocol.fault.InvalidContentException;

/**
 * The keys under an architecture's name that its reader did not ask for. One that would change the model's answers if it
 * were followed is refused, as a tensor that is left over is.
 */
final class GgufLeftOvers {

    /** Keys that describe a model and change nothing that it computes. */
    private static final Set<String> HARMLESS = Set.of(
            "vocab_size",
            "tensor_data_layout",
            "pooling_type",
            "rope.scaling.finetuned",
            "rope.scaling.original_context_length");

    /** Keys that change nothing while they have one of these values. */
    private static final Map<String, Set<Double>> NEUTRAL = Map.ofEntries(
            Map.entry("rope.scaling.attn_factor", Set.of(1.0)),
            Map.entry("rope.scaling.yarn_log_multiplier", Set.of(0.0)),
            Map.entry("logit_scale", Set.of(0.0, 1.0)),
            Map.entry("residual_scale", Set.of(0.0, 1.0)),
            Map.entry("embedding_scale", Set.of(0.0, 1.0)),
            Map.entry("attention.scale", Set.of(0.0)),
            Map.entry("attention.clamp_kqv", Set.of(0.0)),
            Map.entry("attention.max_alibi_bias", Set.of(0.0)),
            Map.entry("attn_logit_softcapping", Set.of(0.0)),
            Map.entry("final_logit_softcapping", Set.of(0.0)),
            Map.entry("expert_count", Set.of(0.0)),
            Map.entry("expert_used_count", Set.of(0.0)),
            Map.entry("expert_shared_count", Set.of(0.0)),
            Map.entry("leading_dense_block_count", Set.of(0.0)),
            Map.entry("expert_weights_scale", Set.of(0.0, 1.0)),
            Map.entry("expert_gating_func", Set.of(0.0, 1.0)),
            Map.entry("interleave_moe_layer_step", Set.of(0.0)),
            Map.entry("nextn_predict_layers", Set.of(0.0)));

    /** Flags that say what is so anyway. */
    private static final Map<String, Boolean> FLAGS = Map.of(
            "attention.causal", true,
            "use_parallel_residual", false);

    private GgufLeftOvers() {}

    /**
     * Refuses what is left over.
     *
     * @param prefix the architecture's name and a point
     */
    static void require(GgufMetadata meta, String prefix) throws InvalidContentException {
        List<String> keys = meta.leftOver(prefix);
        for (String key : keys) {
            String name = key.substring(prefix.length());
            if (!HARMLESS.contains(name) && !isNeutral(meta, key, name)) {
                throw meta.fault(key, "only keys that this family follows" + allowed(name));
            }
        }
    }

    private static boolean isNeutral(GgufMetadata meta, String key, String name) throws InvalidContentException {
        return switch (meta.any(key)) {
            case GgufValue.Flag flag -> Boolean.valueOf(flag.value()).equals(FLAGS.get(name));
            case GgufValue.Whole whole -> NEUTRAL.getOrDefault(name, Set.of()).contains((double) whole.value());
            case GgufValue.Real real -> NEUTRAL.getOrDefault(name, Set.of()).contains(real.value());
            default -> false;
        };
    }

    private static String allowed(String name) {
        if (FLAGS.containsKey(name)) {
            return ", or this one as " + FLAGS.get(name);
        }
        return NEUTRAL.containsKey(name)
                ? ", or this one as " + NEUTRAL.get(name).iterator().next()
                : "";
    }
}
