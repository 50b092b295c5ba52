package org.pixelllm.forge.importer.gguf;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.ImportOptions;
import org.pixelllm.forge.Model;
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

    private GgufImporter() {}

    /**
     * Reads a model.
     *
     * @param named reads the tokenizer to use instead of the file's own; null for that
     * @param options what a person asked for
     * @param notes receives what a person should know, a sentence each
     */
    public static Model read(
            GgufFile file, Assembly.@Nullable TokenizerReader named, ImportOptions options, Consumer<String> notes)
            throws PxiException {
        GgufMetadata meta = file.metadata();
        String architecture = meta.text(ARCHITECTURE);
        GgufFamilies.Family family = GgufFamilies.BY_ARCHITECTURE.get(architecture);
        if (family == null) {
            throw new InvalidContentException(new Fault(
                    file.file(),
                    "metadata " + ARCHITECTURE,
                    "one of " + GgufFamilies.BY_ARCHITECTURE.keySet(),
                    architecture,
                    "Choose a model of one of these families."));
        }
        try {
            Blueprint blueprint =
                    family.blueprint(new GgufFamilies.Opened(file, architecture, options.context(), notes));
            GgufLeftOvers.require(meta, architecture + ".");
            Manifest manifest = new Manifest(
                            meta.text("general.name", "unnamed"),
                            blueprint.family(),
                            meta.text("general.license", "unstated"),
                            Map.of("source", "GGUF"))
                    .withChat(GgufChat.of(meta));
            Assembly.TokenizerReader own = named != null ? named : rows -> new GgufTokenizer(meta, notes).read();
            return Assembly.model(blueprint, file, options.withoutTokenizer() ? rows -> null : own, manifest);
        } catch (InvalidProgramException e) {
            throw e.in(file.file());
        }
    }
}
