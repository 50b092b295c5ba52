package org.pixelllm.forge.importer.hf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.InvalidProgramException;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * Makes a model of Hugging Face files: safetensors with a {@code config.json} beside them, and a {@code tokenizer.json}
 * where there is one.
 */
public final class SafetensorsImporter {

    private static final String MODEL_TYPE = "model_type";

    /** Reads the settings of a model type. */
    private interface Family {
        Blueprint blueprint(HfConfig config, TensorFile tensors) throws PxiException;
    }

    private static final Map<String, Family> FAMILIES = new TreeMap<>(Map.of(
            "llama", (config, tensors) -> new HfLlama(config).llama(),
            "mistral", (config, tensors) -> new HfLlama(config).mistral(),
            "qwen2", (config, tensors) -> new HfLlama(config).qwen2(),
            "qwen3", (config, tensors) -> new HfLlama(config).qwen3(),
            "gemma", (config, tensors) -> new HfLlama(config).gemma(),
            "gemma2", (config, tensors) -> new HfLlama(config).gemma2(),
            "gpt2", HfGpt2::blueprint));

    private SafetensorsImporter() {}

    /**
     * Reads a model.
     *
     * @param path the model's file, beside which the others lie
     * @param named the tokenizer.json to use instead of one beside it, or null
     * @param notes receives what a person should know, a sentence each
     */
    public static Model read(TensorFile tensors, Path path, @Nullable Path named, Consumer<String> notes)
            throws PxiException {
        HfConfig config = HfConfig.read(path.resolveSibling("config.json"));
        Family family = FAMILIES.get(config.text(MODEL_TYPE, ""));
        if (family == null) {
            throw config.fault(MODEL_TYPE, "one of " + List.copyOf(FAMILIES.keySet()));
        }
        try {
            Blueprint blueprint = family.blueprint(config, tensors);
            Manifest manifest = new Manifest(
                            nameOf(path), blueprint.family(), "unstated", Map.of("source", "safetensors"))
                    .withChat(HfChat.of(path));
            return Assembly.model(
                    blueprint,
                    tensors,
                    rows -> tokenizer(named, ModelTokens.of(config, path, rows), path, notes),
                    manifest);
        } catch (InvalidProgramException e) {
            throw e.in(config.file());
        }
    }

    private static @Nullable Tokenizer tokenizer(
            @Nullable Path named, ModelTokens tokens, Path path, Consumer<String> notes) throws PxiException {
        Path json = named != null ? named : path.resolveSibling("tokenizer.json");
        return named != null || Files.exists(json)
                ? TokenizerJsonReader.read(json, tokens.endedBy(HfChat.end(path)), notes)
                : null;
    }

    /** A model goes by its folder's name. */
    private static String nameOf(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        return folder == null ? path.toString() : String.valueOf(folder.getFileName());
    }
}
