package org.pixelllm.forge.importer.gguf;

import java.util.Map;
import java.util.function.Function;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Gpt2;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.weights.ElementType;

/** Reads GPT-2's settings from GGUF metadata. Queries, keys and values stand in one tensor, in this order. */
final class GgufGpt2 {

    private static final Function<String, Source> NAMES = SourceNames.of(
            Map.of(
                    WeightNames.EMBED, "token_embd",
                    WeightNames.POSITION, "position_embd",
                    WeightNames.NORM, "output_norm",
                    WeightNames.OUT, "output"),
            "blk.",
            Map.of(
                    WeightNames.ATTENTION_NORM, "attn_norm",
                    WeightNames.Q, "attn_qkv",
                    WeightNames.K, "attn_qkv",
                    WeightNames.V, "attn_qkv",
                    WeightNames.O, "attn_output",
                    WeightNames.FEED_NORM, "ffn_norm",
                    WeightNames.UP, "ffn_up",
                    WeightNames.DOWN, "ffn_down"));

    private GgufGpt2() {}

    static Blueprint blueprint(GgufFile file) throws PxiException {
        GgufMetadata meta = file.metadata();
        int dim = meta.whole("gpt2.embedding_length", 1, Limits.WIDTH);
        int heads = meta.whole("gpt2.attention.head_count", 1, Limits.WIDTH);
        if (dim % heads != 0) {
            throw meta.fault("gpt2.attention.head_count", "a divisor of " + dim);
        }
        // Some files state it; this family has no fewer keys than queries.
        meta.whole("gpt2.attention.head_count_kv", heads, heads, heads);
        boolean tied = !file.tensors().containsKey("output.weight");
        Gpt2.Layer layer = new Gpt2.Layer(heads, meta.whole("gpt2.feed_forward_length", 1, Limits.WIDTH), (float)
                meta.real("gpt2.attention.layer_norm_epsilon"));
        Gpt2 family = new Gpt2(
                new Embedding(file.require("token_embd.weight").rows(), dim, tied),
                meta.whole("gpt2.context_length", 1, Limits.CONTEXT),
                meta.whole("gpt2.block_count", 1, Assembly.MAX_LAYERS),
                layer,
                ElementType.F32);
        return Blueprint.of(Gpt2.NAME, family.program(), name -> SourceNames.qkvPart(name, NAMES.apply(name)));
    }
}
