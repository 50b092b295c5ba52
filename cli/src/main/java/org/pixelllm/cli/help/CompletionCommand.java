package org.pixelllm.cli.help;

import java.util.List;
import java.util.function.Supplier;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what makes a shell complete this program's commands and options. */
public final class CompletionCommand extends Command {

    private static final String FISH = "fish";

    private final Supplier<CommandSpec> root;
    private final Value<String> shell = choice(List.of("bash", "zsh", FISH), "SHELL", "bash, zsh or fish.");

    /** @param root makes the program with all its commands */
    public CompletionCommand(Terminal terminal, Supplier<CommandSpec> root) {
        super("completion", "Print completions for a shell: bash, zsh or fish.", terminal);
        this.root = root;
    }

    @Override
    protected ExitCode execute() {
        CommandSpec program = root.get();
        terminal.out()
                .print(
                        switch (shell.get()) {
                            case "bash" -> BashCompletion.of(program);
                            case "zsh" -> ZshCompletion.of(program);
                            default -> FishCompletion.of(program);
                        });
        return ExitCode.OK;
    }
}
