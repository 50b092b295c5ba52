package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.Importer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns another project's model into a cartridge. */
@Command(name = "import", description = "Turn another project's model into a cartridge.")
final class ImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "MODEL",
            description = "pixellm_v0.pxi of the original implementation, with its .meta.json beside it.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "CARTRIDGE.pxi",
            required = true,
            description = "The cartridge to write.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Model read = Importer.read(model);
        read.write(output);
        terminal.out()
                .println(output + ": " + read.manifest().name() + ", "
                        + read.manifest().family());
        return ExitCode.OK;
    }
}
