package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;

/** Prints the daemon's log. */
final class DaemonLogsCommand extends Command {

    private final Value<Boolean> path = flag("Print only where the log is.", "--path");

    public DaemonLogsCommand(Terminal terminal) {
        super("logs", "Print the daemon's log, the oldest line first.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        DaemonLog log = DaemonPlace.of(terminal).log();
        if (path.get()) {
            terminal.out().println(log.file());
            return ExitCode.OK;
        }
        log.requireOwn();
        if (!Files.exists(log.file())) {
            terminal.err().println("There is no log: " + log.file() + ".");
            return ExitCode.MISSING_INPUT;
        }
        for (Path each : List.of(log.before(), log.file())) {
            if (Files.exists(each)) {
                new String(Files.readAllBytes(each), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(terminal.out()::println);
            }
        }
        return ExitCode.OK;
    }
}
