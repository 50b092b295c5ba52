package org.pixelllm.cli.help;

import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.PixelLlm;

/** Says which version this is. */
public final class VersionCommand extends Command {

    public VersionCommand(Terminal terminal) {
        super("version", "Show the version.", terminal);
    }

    @Override
    protected ExitCode execute() {
        terminal.out().println("pixel-llm " + PixelLlm.VERSION);
        return ExitCode.OK;
    }
}
