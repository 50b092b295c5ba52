package org.pixelllm.forge.family;

import java.util.Set;
import org.pixelllm.pxvm.program.Opcode;

/**
 * How a family of Llama's shape differs from Llama.
 *
 * @param name the family's name in manifests
 * @param activation the function applied to the gate of the feed-forward network
 * @param traits what it has that Llama does not have
 * @param scores how attention's scores are scaled and bounded
 * @param logitCap the bound of the logits; 0 for none
 */
public record Variant(String name, Opcode activation, Set<Trait> traits, Scores scores, float logitCap) {

    /** Something that Llama does not have. */
    public enum Trait {
        /** Queries, keys and values have biases. */
        QKV_BIAS,
        /** Each head of queries and keys passes an RMSNorm before it is rotated. */
        QK_NORM,
        /** Embeddings are multiplied by √dim. */
        SCALED_EMBEDDING,
        /** The results of attention and of the feed-forward network pass an RMSNorm before they are added. */
        POST_NORMS,
        /** The window applies to every other layer only, the first included. */
        ALTERNATING_WINDOW
    }

    /**
     * What becomes of attention's scores before the softmax.
     *
     * @param scale what they are multiplied by; 0 for 1/√(elements of a head)
     * @param cap their bound; 0 for none
     */
    public record Scores(float scale, float cap) {

        /** Scaled by 1/√(elements of a head), without a bound. */
        public static final Scores PLAIN = new Scores(0, 0);

        /** What scores are multiplied by with heads of this size. */
        float scale(int headDim) {
            return scale != 0 ? scale : (float) (1 / Math.sqrt(headDim));
        }
    }

    /** Llama itself (Touvron et al., 2023), and Mistral, TinyLlama, SmolLM. */
    public static final Variant LLAMA = new Variant("llama", Opcode.SILU, Set.of(), Scores.PLAIN, 0);

    /** Qwen 2 and 2.5 (Yang et al., 2024). */
    public static final Variant QWEN2 = new Variant("qwen2", Opcode.SILU, Set.of(Trait.QKV_BIAS), Scores.PLAIN, 0);

    /** Qwen 3 (Yang et al., 2025). */
    public static final Variant QWEN3 = new Variant("qwen3", Opcode.SILU, Set.of(Trait.QK_NORM), Scores.PLAIN, 0);

    /** Gemma (Gemma Team, 2024). Its norms' gains are 1 + w; the programs have them so. */
    public static final Variant GEMMA =
            new Variant("gemma", Opcode.GELU_TANH, Set.of(Trait.SCALED_EMBEDDING), Scores.PLAIN, 0);

    public Variant {
        traits = Set.copyOf(traits);
    }

    /** Gemma 2 (Gemma Team, 2024). */
    public static Variant gemma2(Scores scores, float logitCap) {
        Set<Trait> traits = Set.of(Trait.SCALED_EMBEDDING, Trait.POST_NORMS, Trait.ALTERNATING_WINDOW);
        return new Variant("gemma2", Opcode.GELU_TANH, traits, scores, logitCap);
    }

    /** Whether the family has this. */
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }
}
