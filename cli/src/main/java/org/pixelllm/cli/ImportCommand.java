package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.Importer;

/** Turns another project's model into a cartridge. */
final class ImportCommand extends Command {

    private final Value<Path> model =
            file("MODEL", "pixellm_v0.pxi of the original implementation, with its .meta.json beside it.");
    private final Value<Path> output = requiredPath("CARTRIDGE.pxi", "The cartridge to write.", "-o", "--output");

    ImportCommand(Terminal terminal) {
        super("import", "Turn another project's model into a cartridge.", terminal);
    }

    @Override
    public Integer call() throws IOException {
        Model read = Importer.read(model.get());
        read.write(output.get());
        terminal.out()
                .println(output.get() + ": " + read.manifest().name() + ", "
                        + read.manifest().family());
        return ExitCode.OK;
    }
}
