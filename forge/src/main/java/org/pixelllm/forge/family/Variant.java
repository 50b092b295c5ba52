package org.pixelllm.forge.family;

import org.pixelllm.pxvm.program.Opcode;

/**
 * What a family of Llama's shape does otherwise than Llama.
 *
 * @param name the family's name in manifests
 * @param qkvBias whether queries, keys and values have biases
 * @param qkNorm whether each head of queries and keys passes an RMSNorm before it is turned
 * @param gate what bends the gate of the feed-forward network
 * @param scaledEmbedding whether embeddings are multiplied by √dim
 * @param postNorms whether what attention and feed-forward give passes an RMSNorm before it is added
 * @param alternating whether the window binds every other layer only, the first included
 * @param scoreScale what attention's scores are multiplied by; 0 for 1/√headDim
 * @param scoreCap the bound of attention's scores; 0 for none
 * @param logitCap the bound of the logits; 0 for none
 */
public record Variant(
        String name,
        boolean qkvBias,
        boolean qkNorm,
        Opcode gate,
        boolean scaledEmbedding,
        boolean postNorms,
        boolean alternating,
        float scoreScale,
        float scoreCap,
        float logitCap) {

    /** Llama itself (Touvron et al., 2023), and Mistral, TinyLlama, SmolLM. */
    public static final Variant LLAMA = new Variant("llama", false, false, Opcode.SILU, false, false, false, 0, 0, 0);

    /** Qwen 2 and 2.5 (Yang et al., 2024). */
    public static final Variant QWEN2 = new Variant("qwen2", true, false, Opcode.SILU, false, false, false, 0, 0, 0);

    /** Qwen 3 (Yang et al., 2025). */
    public static final Variant QWEN3 = new Variant("qwen3", false, true, Opcode.SILU, false, false, false, 0, 0, 0);

    /** Gemma (Gemma Team, 2024). Its norms' gains are 1 + w; the programs have them so. */
    public static final Variant GEMMA =
            new Variant("gemma", false, false, Opcode.GELU_TANH, true, false, false, 0, 0, 0);

    /** Gemma 2 (Gemma Team, 2024). */
    public static Variant gemma2(float scoreScale, float scoreCap, float logitCap) {
        return new Variant("gemma2", false, false, Opcode.GELU_TANH, true, true, true, scoreScale, scoreCap, logitCap);
    }
}
