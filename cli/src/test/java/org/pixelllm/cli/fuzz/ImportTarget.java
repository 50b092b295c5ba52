package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.cli.Captured;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;

/**
 * A file of another project's model, with sound ones beside it where a model is several. It is refused with a {@link
 * PxiException} that names one of them, or becomes a cartridge that opens and runs: what we write we read.
 */
final class ImportTarget implements FuzzTarget {

    private static final Path FOUND = Captured.ROOT.resolve("cli/src/test/resources/fuzz");

    private final String name;
    private final String file;
    private final List<String> beside;

    ImportTarget(String name, String file, String... beside) {
        this.name = name;
        this.file = file;
        this.beside = List.of(beside);
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        String ending = file.substring(file.lastIndexOf('.'));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(FOUND.resolve(name), "*" + ending)) {
            for (Path each : files) {
                if (!each.getFileName().toString().equals("config.json")) {
                    seeds.add(Files.readAllBytes(each));
                }
            }
        }
        return seeds;
    }

    private static Path sound(String file) {
        return FOUND.resolve(file.endsWith(".json") ? "tokenizer-json" : "safetensors")
                .resolve(file);
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws IOException {
        Path model = Files.createDirectories(folder.resolve(name));
        for (String each : beside) {
            if (!Files.exists(model.resolve(each))) {
                Files.copy(sound(each), model.resolve(each));
            }
        }
        Files.write(model.resolve(file), input);
        return accepts(beside.isEmpty() ? model.resolve(file) : model, null, folder);
    }

    /** Imports, writes, opens and runs. */
    static boolean accepts(Path model, @org.jspecify.annotations.Nullable Path tokenizer, Path folder)
            throws IOException {
        Path written = folder.resolve("imported.pxi");
        try (Imported imported = Importer.open(model, tokenizer)) {
            imported.model().write(written);
        } catch (PxiException e) {
            assertThat(e).hasMessageContaining(": expected ");
            return false;
        }
        try (Cartridge cartridge = Cartridge.open(written)) {
            Running.check(cartridge);
        } finally {
            Files.delete(written);
        }
        return true;
    }
}
