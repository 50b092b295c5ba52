package org.pixelllm.forge.family;

import org.pixelllm.pxvm.program.Opcode;

/**
 * What all models of a family of decoders have in common, whatever their size.
 *
 * @param name the family's name in manifests
 * @param norm how values are normed
 * @param residual where norms stand, and what is added to what
 * @param qkNorm how queries and keys are normed before they are rotated
 * @param activation the function within the feed-forward network
 * @param gated whether that network multiplies the activated values by a second product of its input
 */
public record Style(String name, Norm norm, Residual residual, QkNorm qkNorm, Opcode activation, boolean gated) {

    /** How values are normed. */
    public enum Norm {
        /** RMSNorm, with a gain. */
        RMS,
        /** LayerNorm, with a gain and a bias. */
        LAYER
    }

    /** Where a layer's norms stand, and what is added to what; a is attention, f the feed-forward network. */
    public enum Residual {
        /** x + a(norm(x)), then the same with f. */
        BEFORE,
        /** x + norm(a(x)), then the same with f. */
        AFTER,
        /** x + norm(a(norm(x))), then the same with f. */
        AROUND,
        /** x + a(norm(x)) + f(norm'(x)). */
        PARALLEL,
        /** x + a(n) + f(n) with n = norm(x). */
        PARALLEL_ONE_NORM
    }

    /** How queries and keys are normed. */
    public enum QkNorm {
        NONE,
        /** An RMSNorm over each head. */
        EACH_HEAD,
        /** An RMSNorm over all heads together. */
        ALL_HEADS
    }

    /** Llama 1 to 3.3 (Touvron et al., 2023), Mistral, TinyLlama, SmolLM 1 and 2. */
    public static final Style LLAMA = like("llama");

    /** Mixtral (Jiang et al., 2024): experts instead of one feed-forward network. */
    public static final Style MIXTRAL = like("mixtral");

    /** Qwen 2 and 2.5 (Yang et al., 2024): biases on queries, keys and values. */
    public static final Style QWEN2 = like("qwen2");

    /** Qwen 1.5 and 2 with experts. */
    public static final Style QWEN2_MOE = like("qwen2moe");

    /** Qwen 3 (Yang et al., 2025). */
    public static final Style QWEN3 = like("qwen3").with(QkNorm.EACH_HEAD);

    /** Qwen 3 with experts. */
    public static final Style QWEN3_MOE = like("qwen3moe").with(QkNorm.EACH_HEAD);

    /** Gemma (Gemma Team, 2024). Its norms' gains are 1 + w; the programs have them so. */
    public static final Style GEMMA = like("gemma").with(Opcode.GELU_TANH);

    /** Gemma 2 (Gemma Team, 2024). */
    public static final Style GEMMA2 = like("gemma2").with(Opcode.GELU_TANH).with(Residual.AROUND);

    /** Gemma 3 (Gemma Team, 2025), its text model. */
    public static final Style GEMMA3 =
            like("gemma3").with(Opcode.GELU_TANH).with(Residual.AROUND).with(QkNorm.EACH_HEAD);

    /** Phi-3, 3.5 and 4 (Abdin et al., 2024). */
    public static final Style PHI3 = like("phi3");

    /** SmolLM 3 (Bakouch et al., 2025): every fourth layer has no positions. */
    public static final Style SMOLLM3 = like("smollm3");

    /** OLMo 2 (OLMo Team, 2024). */
    public static final Style OLMO2 = like("olmo2").with(Residual.AFTER).with(QkNorm.ALL_HEADS);

    /** Granite 3 (Granite Team, 2024): embeddings, scores, what is added and logits are multiplied. */
    public static final Style GRANITE = like("granite");

    /** StableLM 2 (Bellagente et al., 2024). */
    public static final Style STABLELM =
            new Style("stablelm", Norm.LAYER, Residual.BEFORE, QkNorm.NONE, Opcode.SILU, true);

    /** StarCoder 2 (Lozhkov et al., 2024). */
    public static final Style STARCODER2 = plain("starcoder2", Residual.BEFORE, Opcode.GELU_TANH);

    /** GPT-NeoX (Black et al., 2022) and Pythia. */
    public static final Style GPT_NEOX = plain("gptneox", Residual.PARALLEL, Opcode.GELU);

    /** GPT-J (Wang and Komatsuzaki, 2021). */
    public static final Style GPT_J = plain("gptj", Residual.PARALLEL_ONE_NORM, Opcode.GELU_TANH);

    /** Phi-1, 1.5 and 2 (Gunasekar et al., 2023). */
    public static final Style PHI2 = plain("phi2", Residual.PARALLEL_ONE_NORM, Opcode.GELU_TANH);

    /** Falcon (Almazrouei et al., 2023). */
    public static final Style FALCON = plain("falcon", Residual.PARALLEL_ONE_NORM, Opcode.GELU);

    /** GPT-2 (Radford et al., 2019): learned positions. */
    public static final Style GPT2 = plain("gpt2", Residual.BEFORE, Opcode.GELU_TANH);

    private static Style like(String name) {
        return new Style(name, Norm.RMS, Residual.BEFORE, QkNorm.NONE, Opcode.SILU, true);
    }

    private static Style plain(String name, Residual residual, Opcode activation) {
        return new Style(name, Norm.LAYER, residual, QkNorm.NONE, activation, false);
    }

    /** The same with norms elsewhere. */
    public Style with(Residual other) {
        return new Style(name, norm, other, qkNorm, activation, gated);
    }

    /** The same with queries and keys normed otherwise. */
    public Style with(QkNorm other) {
        return new Style(name, norm, residual, other, activation, gated);
    }

    /** The same with another activation. */
    public Style with(Opcode other) {
        return new Style(name, norm, residual, qkNorm, other, gated);
    }
}
