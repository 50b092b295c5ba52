package org.pixelllm.forge.importer.gguf;

import java.util.Map;
import java.util.function.Function;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.Llama;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Variant;
import org.pixelllm.forge.family.Variant.Scores;
import org.pixelllm.forge.family.Variant.Trait;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.weights.ElementType;

/** Reads the settings of families of Llama's shape from GGUF metadata, whose keys begin with the architecture. */
final class GgufLlama {

    /** How many layers the one Gemma 2 has whose scores are scaled by 1/√(dim / heads): no key of the format says so. */
    private static final int GEMMA2_27B_LAYERS = 46;

    /** Gemma 2's window where the file does not state it. */
    private static final int GEMMA2_WINDOW = 4096;

    private static final Function<String, Source> NAMES = SourceNames.of(
            Map.of(WeightNames.EMBED, "token_embd", WeightNames.NORM, "output_norm", WeightNames.OUT, "output"),
            "blk.",
            Map.ofEntries(
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
                    Map.entry(WeightNames.FEED_POST_NORM, "post_ffw_norm")));

    private final GgufFile file;
    private final GgufMetadata meta;
    private final String prefix;
    private final int dim;
    private final int heads;
    private final int layers;
    private final int headDim;
    private Rope.Pairing pairing = Rope.Pairing.HALVES;

    GgufLlama(GgufFile file, String architecture) throws PxiException {
        this.file = file;
        this.meta = file.metadata();
        this.prefix = architecture + ".";
        this.dim = meta.whole(prefix + "embedding_length", 1, Limits.WIDTH);
        this.heads = meta.whole(prefix + "attention.head_count", 1, Limits.WIDTH);
        this.layers = meta.whole(prefix + "block_count", 1, Assembly.MAX_LAYERS);
        String keyLength = prefix + "attention.key_length";
        if (!meta.has(keyLength) && dim % heads != 0) {
            throw meta.fault(prefix + "attention.head_count", "a divisor of " + dim);
        }
        this.headDim = meta.whole(keyLength, 2, Limits.WIDTH, dim / heads);
        requireWholeHead("attention.value_length");
        requireWholeHead("rope.dimension_count");
    }

    private void requireWholeHead(String key) throws PxiException {
        if (meta.whole(prefix + key, 1, Limits.WIDTH, headDim) != headDim) {
            throw meta.fault(prefix + key, headDim + ", the whole head");
        }
    }

    /** The converter of this architecture reorders q and k so that the two that rotate together are neighbours. */
    GgufLlama adjacentPairs() {
        pairing = Rope.Pairing.ADJACENT;
        return this;
    }

    Blueprint gemma2() throws PxiException {
        int squared = layers == GEMMA2_27B_LAYERS ? dim / heads : headDim;
        double scoreScale = 1 / Math.sqrt(squared);
        double scoreCap = meta.real(prefix + "attn_logit_softcapping", 50);
        double logitCap = meta.real(prefix + "final_logit_softcapping", 30);
        return blueprint(Variant.gemma2(new Scores((float) scoreScale, (float) scoreCap), (float) logitCap));
    }

    Blueprint blueprint(Variant variant) throws PxiException {
        boolean tied = !file.tensors().containsKey("output.weight");
        int keyValueHeads = meta.whole(prefix + "attention.head_count_kv", 1, heads, heads);
        int usualWindow = variant.has(Trait.ALTERNATING_WINDOW) ? GEMMA2_WINDOW : 0;
        Llama.Attention attention = new Llama.Attention(
                new Heads(heads, keyValueHeads, headDim),
                new GgufRope(file, prefix, headDim).rope(pairing),
                meta.whole(prefix + "attention.sliding_window", 0, Limits.CONTEXT, usualWindow));
        Llama.Layer layer =
                new Llama.Layer(attention, meta.whole(prefix + "feed_forward_length", 1, Limits.WIDTH), (float)
                        meta.real(prefix + "attention.layer_norm_rms_epsilon"));
        Llama family = new Llama(
                variant,
                new Embedding(file.require("token_embd.weight").rows(), dim, tied),
                meta.whole(prefix + "context_length", 1, Limits.CONTEXT),
                layers,
                layer,
                ElementType.F32);
        return Blueprint.of(variant.name(), family.program(), NAMES, GgufRope.FACTORS);
    }
}
