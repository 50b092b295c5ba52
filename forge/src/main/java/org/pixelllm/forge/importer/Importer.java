package org.pixelllm.forge.importer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.ImportOptions;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.assembly.Assembly;
import org.pixelllm.forge.importer.gguf.GgufFile;
import org.pixelllm.forge.importer.gguf.GgufImporter;
import org.pixelllm.forge.importer.hf.ModelTokens;
import org.pixelllm.forge.importer.hf.SafetensorsFile;
import org.pixelllm.forge.importer.hf.SafetensorsImporter;
import org.pixelllm.forge.importer.hf.TokenizerJsonReader;
import org.pixelllm.forge.importer.llama2c.Llama2cFile;
import org.pixelllm.forge.importer.llama2c.Llama2cImporter;
import org.pixelllm.forge.importer.llama2c.Llama2cTokenizerReader;
import org.pixelllm.forge.importer.tensor.TensorFile;
import org.pixelllm.forge.importer.v0.V0Importer;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Finds out what a model file is and reads it. */
public final class Importer {

    private static final String LLAMA2C_SUFFIX = ".bin";
    private static final int START_BYTES = 64;
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = SINGLE + ".index.json";

    private Importer() {}

    /** Puts a model together from an open file. */
    private interface ModelReader<F extends TensorFile> {
        Model model(F file, Consumer<String> notes) throws PxiException;
    }

    /**
     * Reads a model of any known format, as it is.
     *
     * @param path as for {@link #openWith}
     * @param tokenizer the tokenizer to use, or null for the one that lies beside the model or within it
     * @throws PxiException naming the file and the place that is wrong
     */
    public static Imported open(Path path, @Nullable Path tokenizer) throws PxiException {
        return openWith(path, ImportOptions.of(tokenizer));
    }

    /**
     * Reads a model of any known format.
     *
     * @param path the original implementation's {@code .pxi}; a llama2.c checkpoint; a GGUF file, or the first of several; a safetensors file, its
     *     index, or the folder that holds it
     * @param options what a person asks for; a tokenizer is llama2.c's {@code tokenizer.bin} or a {@code tokenizer.json}
     * @throws PxiException naming the file and the place that is wrong
     */
    public static Imported openWith(Path path, ImportOptions options) throws PxiException {
        Path tokenizer = options.tokenizer();
        Path file = Files.isDirectory(path) ? modelIn(path) : path;
        PxiFiles.requireRegular(file);
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(V0Importer.META_SUFFIX)) {
            return new Imported(V0Importer.read(V0Importer.imageOf(file)), null, List.of());
        }
        byte[] start = start(file);
        if (GgufFile.matches(start)) {
            Path named = json(tokenizer);
            return assemble(GgufFile.open(file), (gguf, notes) -> {
                Assembly.TokenizerReader reader =
                        named == null ? null : rows -> TokenizerJsonReader.read(named, ModelTokens.ofRows(rows), notes);
                return GgufImporter.read(gguf, reader, options, notes);
            });
        }
        if (SafetensorsFile.matches(start) || name.endsWith(SafetensorsFile.INDEX_SUFFIX)) {
            json(tokenizer);
            return assemble(
                    SafetensorsFile.open(file),
                    (tensors, notes) -> SafetensorsImporter.read(tensors, file, options, notes));
        }
        if (Files.exists(V0Importer.metaOf(file))) {
            return new Imported(V0Importer.read(file), null, List.of());
        }
        if (name.endsWith(LLAMA2C_SUFFIX)) {
            return assemble(Llama2cFile.open(file), (checkpoint, notes) -> {
                int vocabulary = checkpoint.settings().vocabulary();
                Tokenizer its = null;
                if (!options.withoutTokenizer()) {
                    its = tokenizer == null
                            ? Llama2cImporter.tokenizerBeside(file, vocabulary)
                            : named(tokenizer, vocabulary, notes);
                }
                return Llama2cImporter.read(checkpoint, file, its, options.context());
            });
        }
        throw new InvalidContentException(new Fault(
                path.toString(),
                "whole file",
                "v0 weights with a .meta.json beside them, a llama2.c checkpoint, GGUF or safetensors",
                "a file of another kind",
                "Give a model in one of these formats."));
    }

    /**
     * The files of a model that an import reads, or may read: the one that is named and what belongs to it beside it.
     *
     * @param path as for {@link #openWith}
     */
    public static List<Path> inputs(Path path) {
        boolean isFolder = Files.isDirectory(path);
        Path folder = isFolder ? path : path.toAbsolutePath().getParent();
        List<Path> inputs = new ArrayList<>();
        if (folder != null && Files.isDirectory(folder)) {
            try (DirectoryStream<Path> beside = Files.newDirectoryStream(folder, Importer::isRead)) {
                beside.forEach(inputs::add);
            } catch (IOException | DirectoryIteratorException e) {
                inputs.clear(); // what cannot be listed is guarded by its name alone
            }
        }
        inputs.add(isFolder ? modelIn(path) : path);
        inputs.add(V0Importer.imageOf(path));
        return inputs;
    }

    private static boolean isRead(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".json")
                || name.endsWith(".safetensors")
                || name.endsWith(".gguf")
                || name.matches("tok.*\\.bin");
    }

    private static <F extends TensorFile> Imported assemble(F file, ModelReader<F> reader) throws PxiException {
        List<String> notes = new ArrayList<>();
        try {
            Model model = reader.model(file, notes::add);
            return new Imported(model, file, notes);
        } catch (PxiException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Path modelIn(Path folder) {
        Path index = folder.resolve(INDEX);
        return Files.exists(index) ? index : folder.resolve(SINGLE);
    }

    /** A tokenizer.json that a person named, or null. */
    private static @Nullable Path json(@Nullable Path file) throws PxiException {
        if (file != null) {
            PxiFiles.requireRegular(file);
            if (!isJson(file)) {
                throw new InvalidContentException(new Fault(
                        file.toString(),
                        "whole file",
                        "a tokenizer.json",
                        "a file of another kind",
                        "A tokenizer.bin goes with llama2.c's checkpoints only."));
            }
        }
        return file;
    }

    private static boolean isJson(Path file) {
        return String.valueOf(file.getFileName()).endsWith(".json");
    }

    /** A tokenizer file of either kind that a person named. */
    private static Tokenizer named(Path file, int vocabulary, Consumer<String> notes) throws PxiException {
        PxiFiles.requireRegular(file);
        return isJson(file)
                ? TokenizerJsonReader.read(file, ModelTokens.ofRows(vocabulary), notes)
                : Llama2cTokenizerReader.read(file, vocabulary);
    }

    private static byte[] start(Path file) throws PxiException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(START_BYTES);
        } catch (IOException e) {
            throw PxiFiles.unreadable(file, e);
        }
    }
}
