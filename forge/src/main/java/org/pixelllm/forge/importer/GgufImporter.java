package org.pixelllm.forge.importer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.Llama;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.InvalidTokenizerException;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** Makes a model of a GGUF file of the {@code llama} architecture, its tokenizer included. */
final class GgufImporter {

    private static final int MAX_LAYERS = 1024;

    private static final UnaryOperator<String> NAMES = LlamaAssembly.names(
            Map.of(Llama.EMBED, "token_embd.weight", Llama.NORM, "output_norm.weight", Llama.OUT, "output.weight"),
            "blk.",
            Map.of(
                    Llama.ATTENTION_NORM, "attn_norm.weight",
                    Llama.Q, "attn_q.weight",
                    Llama.K, "attn_k.weight",
                    Llama.V, "attn_v.weight",
                    Llama.O, "attn_output.weight",
                    Llama.FEED_NORM, "ffn_norm.weight",
                    Llama.GATE, "ffn_gate.weight",
                    Llama.UP, "ffn_up.weight",
                    Llama.DOWN, "ffn_down.weight"));

    private final GgufFile file;
    private final GgufMetadata meta;

    private GgufImporter(GgufFile file) {
        this.file = file;
        this.meta = file.metadata();
    }

    static Model read(GgufFile file, @Nullable Tokenizer named) throws PxiException {
        return new GgufImporter(file).model(named);
    }

    private Model model(@Nullable Tokenizer named) throws PxiException {
        String architecture = meta.text("general.architecture");
        if (!architecture.equals("llama")) {
            throw fault("general.architecture", "llama", architecture);
        }
        int dim = meta.whole("llama.embedding_length", 1, Limits.WIDTH);
        int heads = meta.whole("llama.attention.head_count", 1, Limits.WIDTH);
        if (dim % heads != 0) {
            throw fault("llama.attention.head_count", "a divisor of " + dim, String.valueOf(heads));
        }
        int head = meta.whole("llama.attention.key_length", 2, Limits.WIDTH, dim / heads);
        if (meta.whole("llama.rope.dimension_count", 1, Limits.WIDTH, head) != head) {
            throw fault("llama.rope.dimension_count", head + ", the whole head", "another number");
        }
        // The converter reorders q and k so that pairs are neighbours.
        Llama.Rope rope = Llama.Rope.plain(false, (float) meta.real("llama.rope.freq_base", 10_000));
        TensorInfo embed = file.tensors().get("token_embd.weight");
        if (embed == null) {
            throw fault("tensors", "token_embd.weight", "none");
        }
        Llama family = new Llama(
                embed.rows(),
                dim,
                meta.whole("llama.feed_forward_length", 1, Limits.WIDTH),
                meta.whole("llama.block_count", 1, MAX_LAYERS),
                heads,
                meta.whole("llama.attention.head_count_kv", 1, heads, heads),
                head,
                meta.whole("llama.context_length", 1, Limits.CONTEXT),
                (float) meta.real("llama.attention.layer_norm_rms_epsilon"),
                rope,
                0,
                !file.tensors().containsKey("output.weight"),
                ElementType.F32);
        Manifest manifest = new Manifest(
                meta.text("general.name", "unnamed"),
                Llama.NAME,
                meta.text("general.license", "unstated"),
                Map.of("source", "GGUF"));
        return LlamaAssembly.model(family, file, NAMES, named != null ? named : tokenizer(), manifest);
    }

    private @Nullable Tokenizer tokenizer() throws PxiException {
        if (!meta.has("tokenizer.ggml.tokens")) {
            return null;
        }
        String[] tokens = meta.texts("tokenizer.ggml.tokens").toArray(String[]::new);
        int bos = meta.whole("tokenizer.ggml.bos_token_id", 0, tokens.length - 1, Tokenizer.NO_TOKEN);
        int eos = meta.whole("tokenizer.ggml.eos_token_id", 0, tokens.length - 1, Tokenizer.NO_TOKEN);
        int[] types = new int[tokens.length];
        Arrays.fill(types, 1);
        if (meta.has("tokenizer.ggml.token_type")) {
            long[] stated = meta.wholes("tokenizer.ggml.token_type");
            requireLength("tokenizer.ggml.token_type", stated.length, tokens.length);
            for (int i = 0; i < types.length; i++) {
                types[i] = (int) stated[i];
            }
        }
        String kind = meta.text("tokenizer.ggml.model");
        try {
            return switch (kind) {
                case "llama" -> scored(tokens, types, bos, eos);
                case "gpt2" -> {
                    List<String> merges = meta.texts("tokenizer.ggml.merges");
                    boolean addBos = meta.flag("tokenizer.ggml.add_bos_token", false);
                    String pre = meta.text("tokenizer.ggml.pre", "default");
                    yield ByteBpeTokenizer.of(tokens, merges.toArray(String[]::new), types, pre, bos, eos, addBos);
                }
                default -> throw fault("tokenizer.ggml.model", "llama or gpt2", kind);
            };
        } catch (InvalidTokenizerException e) {
            throw e.in(file.file());
        }
    }

    private Tokenizer scored(String[] tokens, int[] types, int bos, int eos) throws PxiException {
        double[] stated = meta.reals("tokenizer.ggml.scores");
        requireLength("tokenizer.ggml.scores", stated.length, tokens.length);
        float[] scores = new float[stated.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) stated[i];
        }
        boolean addBos = meta.flag("tokenizer.ggml.add_bos_token", true) && bos != Tokenizer.NO_TOKEN;
        boolean prefix = meta.flag("tokenizer.ggml.add_space_prefix", true);
        return ScoredBpeTokenizer.of(tokens, scores, types, bos, eos, addBos, prefix);
    }

    private void requireLength(String key, int found, int expected) throws PxiException {
        if (found != expected) {
            throw fault(key, expected + " entries, one for each token", String.valueOf(found));
        }
    }

    private InvalidContentException fault(String place, String expected, String found) {
        return new InvalidContentException(
                new Fault(file.file(), place, expected, found, "Only llama models can be imported from GGUF so far."));
    }
}
