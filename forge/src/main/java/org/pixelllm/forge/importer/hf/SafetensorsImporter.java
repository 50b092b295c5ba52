package org.pixelllm.forge.importer.hf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.ImportOptions;
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

    private SafetensorsImporter() {}

    /**
     * Reads a model.
     *
     * @param path the model's file, beside which the others lie
     * @param options what a person asked for
     * @param notes receives what a person should know, a sentence each
     */
    public static Model read(TensorFile tensors, Path path, ImportOptions options, Consumer<String> notes)
            throws PxiException {
        HfConfig config = HfConfig.read(path.resolveSibling("config.json"));
        HfFamilies.Family family = HfFamilies.BY_TYPE.get(config.text(MODEL_TYPE, ""));
        if (family == null) {
            throw config.fault(MODEL_TYPE, "one of " + List.copyOf(HfFamilies.BY_TYPE.keySet()));
        }
        try {
            Blueprint blueprint = family.blueprint(new HfFamilies.Opened(config, tensors, options.context(), notes));
            HfLeftOvers.require(config);
            Manifest manifest = new Manifest(
                            nameOf(path), blueprint.family(), "unstated", Map.of("source", "safetensors"))
                    .withChat(HfChat.of(path));
            return Assembly.model(
                    blueprint,
                    tensors,
                    rows -> tokenizer(options, ModelTokens.of(config, path, rows), path, notes),
                    manifest);
        } catch (InvalidProgramException e) {
            throw e.in(config.file());
        }
    }

    private static @Nullable Tokenizer tokenizer(
            ImportOptions options, ModelTokens tokens, Path path, Consumer<String> notes) throws PxiException {
        if (options.withoutTokenizer()) {
            return null;
        }
        Path named = options.tokenizer();
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
