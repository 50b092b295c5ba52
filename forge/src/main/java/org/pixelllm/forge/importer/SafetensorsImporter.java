package org.pixelllm.forge.importer;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.Llama;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;
import org.pixelllm.protocol.PxiFiles;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Makes a model of Hugging Face files of the Llama family: safetensors with a {@code config.json} beside them, and a
 * {@code tokenizer.json} where there is one.
 */
final class SafetensorsImporter {

    private static final long MAX_CONFIG_BYTES = 1 << 20;
    private static final int MAX_LAYERS = 1024;
    private static final Set<String> TYPES = Set.of("llama", "mistral");

    private static final UnaryOperator<String> NAMES = LlamaAssembly.names(
            Map.of(
                    Llama.EMBED, "model.embed_tokens.weight",
                    Llama.NORM, "model.norm.weight",
                    Llama.OUT, "lm_head.weight"),
            "model.layers.",
            Map.of(
                    Llama.ATTENTION_NORM, "input_layernorm.weight",
                    Llama.Q, "self_attn.q_proj.weight",
                    Llama.K, "self_attn.k_proj.weight",
                    Llama.V, "self_attn.v_proj.weight",
                    Llama.O, "self_attn.o_proj.weight",
                    Llama.FEED_NORM, "post_attention_layernorm.weight",
                    Llama.GATE, "mlp.gate_proj.weight",
                    Llama.UP, "mlp.up_proj.weight",
                    Llama.DOWN, "mlp.down_proj.weight"));

    /** What is read of config.json. */
    private record Config(
            @Nullable String model_type,
            int vocab_size,
            int hidden_size,
            int intermediate_size,
            int num_hidden_layers,
            int num_attention_heads,
            @Nullable Integer num_key_value_heads,
            @Nullable Integer head_dim,
            int max_position_embeddings,
            double rms_norm_eps,
            @Nullable Double rope_theta,
            @Nullable Scaling rope_scaling,
            @Nullable Integer sliding_window,
            boolean tie_word_embeddings,
            boolean attention_bias,
            boolean mlp_bias,
            @Nullable String hidden_act,
            @Nullable Integer bos_token_id,
            @Nullable Integer eos_token_id) {}

    private record Scaling(
            @Nullable String type,
            @Nullable String rope_type,
            double factor,
            double low_freq_factor,
            double high_freq_factor,
            double original_max_position_embeddings) {}

    private final String file;
    private final Config config;

    private SafetensorsImporter(String file, Config config) {
        this.file = file;
        this.config = config;
    }

    /**
     * Reads a model.
     *
     * @param path the model's file, beside which the others lie
     * @param named the tokenizer to use instead of a tokenizer.json beside it
     */
    static Model read(TensorFile tensors, Path path, @Nullable Tokenizer named) throws PxiException {
        Path configFile = path.resolveSibling("config.json");
        SafetensorsImporter importer = new SafetensorsImporter(configFile.toString(), config(configFile));
        Path json = path.resolveSibling("tokenizer.json");
        Tokenizer tokenizer = named;
        if (tokenizer == null && Files.exists(json)) {
            tokenizer =
                    TokenizerJsonReader.read(json, id(importer.config.bos_token_id), id(importer.config.eos_token_id));
        }
        return LlamaAssembly.model(
                importer.family(),
                tensors,
                NAMES,
                tokenizer,
                new Manifest(nameOf(path), Llama.NAME, "unstated", Map.of("source", "safetensors")));
    }

    /** A model goes by its folder's name. */
    private static String nameOf(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        return folder == null ? path.toString() : String.valueOf(folder.getFileName());
    }

    private static int id(@Nullable Integer stated) {
        return stated == null ? Tokenizer.NO_TOKEN : stated;
    }

    private static Config config(Path file) throws PxiException {
        PxiFiles.requireRegular(file);
        try {
            if (Files.size(file) > MAX_CONFIG_BYTES) {
                throw fault(file.toString(), "whole file", "at most 1 MiB", Files.size(file) + " bytes");
            }
            Config config = new Gson().fromJson(Files.readString(file, StandardCharsets.UTF_8), Config.class);
            if (config == null) {
                throw fault(file.toString(), "whole file", "a JSON object", "nothing");
            }
            return config;
        } catch (JsonParseException e) {
            throw fault(file.toString(), "whole file", "a model's configuration", String.valueOf(e.getMessage()));
        } catch (PxiException e) {
            throw e;
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }

    private Llama family() throws PxiException {
        String type = String.valueOf(config.model_type);
        if (!TYPES.contains(type)) {
            throw fault(file, "model_type", "one of " + TYPES, type);
        }
        String bend = config.hidden_act == null ? "silu" : config.hidden_act;
        if (!bend.equals("silu") || config.attention_bias || config.mlp_bias) {
            throw fault(file, "hidden_act and biases", "silu without biases", bend + ", or biases");
        }
        int dim = size("hidden_size", config.hidden_size);
        int heads = size("num_attention_heads", config.num_attention_heads);
        int kvHeads = config.num_key_value_heads == null ? heads : config.num_key_value_heads;
        int head = config.head_dim == null ? dim / heads : config.head_dim;
        if (kvHeads < 1 || heads % kvHeads != 0 || (config.head_dim == null && dim % heads != 0) || head < 2) {
            throw fault(
                    file,
                    "num_attention_heads",
                    "heads that divide " + dim + " and share the key heads evenly",
                    heads + " and " + kvHeads);
        }
        if (config.num_hidden_layers < 1 || config.num_hidden_layers > MAX_LAYERS) {
            throw fault(file, "num_hidden_layers", "1 to " + MAX_LAYERS, "" + config.num_hidden_layers);
        }
        if (config.max_position_embeddings < 1 || config.max_position_embeddings > Limits.CONTEXT) {
            throw fault(file, "max_position_embeddings", "1 to " + Limits.CONTEXT, "" + config.max_position_embeddings);
        }
        return new Llama(
                size("vocab_size", config.vocab_size),
                dim,
                size("intermediate_size", config.intermediate_size),
                config.num_hidden_layers,
                heads,
                kvHeads,
                head,
                config.max_position_embeddings,
                (float) config.rms_norm_eps,
                rope(),
                config.sliding_window == null ? 0 : config.sliding_window,
                config.tie_word_embeddings,
                ElementType.F32);
    }

    private Llama.Rope rope() throws PxiException {
        float theta = config.rope_theta == null ? 10_000 : config.rope_theta.floatValue();
        Scaling scaling = config.rope_scaling;
        if (scaling == null) {
            return Llama.Rope.plain(true, theta);
        }
        String kind = scaling.rope_type != null ? scaling.rope_type : String.valueOf(scaling.type);
        return switch (kind) {
            case "default" -> Llama.Rope.plain(true, theta);
            case "linear" -> new Llama.Rope(true, theta, (float) scaling.factor, 0, 0, 0);
            case "llama3" ->
                new Llama.Rope(
                        true,
                        theta,
                        (float) scaling.factor,
                        (float) scaling.low_freq_factor,
                        (float) scaling.high_freq_factor,
                        (float) scaling.original_max_position_embeddings);
            default -> throw fault(file, "rope_scaling", "linear or llama3", kind);
        };
    }

    private int size(String place, int value) throws PxiException {
        if (value < 1 || value > Limits.WIDTH) {
            throw fault(file, place, "a number from 1 to " + Limits.WIDTH, String.valueOf(value));
        }
        return value;
    }

    private static InvalidContentException fault(String file, String place, String expected, String found) {
        return new InvalidContentException(new Fault(
                file, place, expected, found, "Only models of the Llama family can be imported from here so far."));
    }
}
