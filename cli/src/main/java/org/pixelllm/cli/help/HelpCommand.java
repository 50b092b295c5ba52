package org.pixelllm.cli.help;

import java.util.List;
import java.util.function.Supplier;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import picocli.CommandLine.Model.CommandSpec;

/** Explains the program or a command. */
public final class HelpCommand extends Command {

    private final Supplier<CommandSpec> root;
    private final Value<List<String>> words = words("COMMAND", "What to explain. Default: the program.");
    private final Value<Boolean> manual = flag("Print the manual page, for man -l -.", "--man");

    /** @param root makes the program with all its commands */
    public HelpCommand(Terminal terminal, Supplier<CommandSpec> root) {
        super("help", "Explain a command.", terminal);
        this.root = root;
    }

    @Override
    protected ExitCode execute() {
        CommandSpec program = root.get();
        if (manual.get()) {
            terminal.out().print(ManualPage.of(program));
        } else {
            HelpText.print(
                    terminal.out(),
                    HelpText.find(program, words.get()),
                    terminal.screen().textColumns());
        }
        return ExitCode.OK;
    }
}
