package org.pixelllm.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;

/** Converts another project's model into a cartridge. */
public final class ImportCommand extends Command {

    private final Value<Path> model = file(
            "MODEL",
            "A GGUF file, a safetensors file or its folder, a llama2.c checkpoint, or the original's pixellm_v0.pxi.");
    private final Value<Path> tokenizer =
            path("FILE", "The tokenizer, if it is neither in the model nor beside it.", "--tokenizer");
    private final Value<Path> output = requiredPath("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");

    private final Value<Boolean> force = Targets.forceFlag(this);

    public ImportCommand(Terminal terminal) {
        super("import", "Convert another project's model into a cartridge.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Targets.of(tokenizer.orNull()).and(Importer.inputs(model.get())).requireNew(output.get(), force.get());
        try (Imported imported = Importer.open(model.get(), tokenizer.orNull())) {
            imported.notes().forEach(terminal.err()::println);
            Model read = imported.model();
            read.write(output.get());
            String words =
                    read.tokenizer() == null ? "no tokenizer" : read.tokenizer().name();
            terminal.out()
                    .println(output.get() + ": " + read.manifest().name() + ", "
                            + read.manifest().family() + ", " + words);
        }
        return ExitCode.OK;
    }
}
