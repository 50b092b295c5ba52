package org.pixelllm.forge.importer.hf;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Gpt2;
import org.pixelllm.forge.family.WeightNames;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.assembly.Source;
import org.pixelllm.forge.importer.assembly.SourceNames;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Reads GPT-2's settings from a {@code config.json}. Its matrices stand with inputs first, and queries, keys and values
 * in one tensor, in this order.
 */
final class HfGpt2 {

    /** Names begin with this where the output stands beside the model, and without it where the model stands alone. */
    private static final String PREFIX = "transformer.";

    private static final Set<String> TRANSPOSED =
            Set.of(WeightNames.Q, WeightNames.K, WeightNames.V, WeightNames.O, WeightNames.UP, WeightNames.DOWN);

    private HfGpt2() {}

    private static Function<String, Source> names(String prefix) {
        Function<String, Source> names = SourceNames.of(
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
        return name -> {
            Source source = SourceNames.qkvPart(name, names.apply(name));
            return TRANSPOSED.contains(SourceNames.local(name)) ? source.transpose() : source;
        };
    }

    static Blueprint blueprint(HfConfig config, TensorFile tensors) throws PxiException {
        config.require("activation_function", List.of("gelu_new", "gelu_pytorch_tanh"));
        config.require("scale_attn_weights", true);
        config.require("scale_attn_by_inverse_layer_idx", false);
        config.require("add_cross_attention", false);
        int dim = config.whole("n_embd", 1, Limits.WIDTH);
        int heads = config.whole("n_head", 1, Limits.WIDTH);
        if (dim % heads != 0) {
            throw config.fault("n_head", "a divisor of " + dim);
        }
        boolean tied = config.flag("tie_word_embeddings", true);
        Gpt2.Layer layer = new Gpt2.Layer(
                heads, config.whole("n_inner", 1, Limits.WIDTH, 4 * dim), config.real("layer_norm_epsilon"));
        Gpt2 family = new Gpt2(
                new Embedding(config.whole("vocab_size", 1, Limits.WIDTH), dim, tied),
                config.whole("n_positions", 1, Limits.CONTEXT),
                config.whole("n_layer", 1, Assembly.MAX_LAYERS),
                layer,
                ElementType.F32);
        boolean alone = tensors.tensors().containsKey("wte.weight");
        return new Blueprint(
                Gpt2.NAME,
                family.program(),
                names(alone ? "" : PREFIX),
                name -> isMask(name) || (tied && name.equals("lm_head.weight")));
    }

    /** The causal mask, which old files keep beside the weights. */
    private static boolean isMask(String name) {
        return name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias");
    }
}
