package org.pixelllm.forge.importer.gguf;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.Gpt2;
import org.pixelllm.forge.family.Variant;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.assembly.Blueprint;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.InvalidProgramException;

/** Makes a model of a GGUF file, its tokenizer included. */
public final class GgufImporter {

    private static final String ARCHITECTURE = "general.architecture";

    /** Reads the settings of an architecture. */
    private interface Family {
        Blueprint blueprint(GgufFile file) throws PxiException;
    }

    private static final Map<String, Family> FAMILIES = new TreeMap<>(Map.of(
            "llama",
            file -> new GgufLlama(file, "llama").adjacentPairs().blueprint(Variant.LLAMA),
            "qwen2",
            file -> new GgufLlama(file, "qwen2").blueprint(Variant.QWEN2),
            "qwen3",
            file -> new GgufLlama(file, "qwen3").blueprint(Variant.QWEN3),
            "gemma",
            file -> new GgufLlama(file, "gemma").blueprint(Variant.GEMMA),
            "gemma2",
            file -> new GgufLlama(file, "gemma2").gemma2(),
            Gpt2.NAME,
            GgufGpt2::blueprint));

    private GgufImporter() {}

    /**
     * Reads a model.
     *
     * @param named reads the tokenizer to use instead of the file's own; null for that
     * @param notes receives what a person should know, a sentence each
     */
    public static Model read(GgufFile file, Assembly.@Nullable TokenizerReader named, Consumer<String> notes)
            throws PxiException {
        GgufMetadata meta = file.metadata();
        String architecture = meta.text(ARCHITECTURE);
        Family family = FAMILIES.get(architecture);
        if (family == null) {
            throw new InvalidContentException(new Fault(
                    file.file(),
                    "metadata " + ARCHITECTURE,
                    "one of " + FAMILIES.keySet(),
                    architecture,
                    "Choose a model of one of these families."));
        }
        try {
            Blueprint blueprint = family.blueprint(file);
            GgufLeftOvers.require(meta, architecture + ".");
            Manifest manifest = new Manifest(
                            meta.text("general.name", "unnamed"),
                            blueprint.family(),
                            meta.text("general.license", "unstated"),
                            Map.of("source", "GGUF"))
                    .withChat(GgufChat.of(meta));
            return Assembly.model(
                    blueprint, file, named != null ? named : rows -> new GgufTokenizer(meta, notes).read(), manifest);
        } catch (InvalidProgramException e) {
            throw e.in(file.file());
        }
    }
}
