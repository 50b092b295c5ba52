package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;

/** Stops the daemon and starts it again, by the launcher: another model may need other Java options than this process has. */
final class DaemonRestartCommand extends Command {

    private final DaemonOptions options = new DaemonOptions(this);

    public DaemonRestartCommand(Terminal terminal) {
        super("restart", "Stop the daemon and start it again; what is not said stays as it is.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException, InterruptedException {
        DaemonPlace place = DaemonPlace.of(terminal);
        DaemonStatus running = DaemonClient.status(place);
        List<String> command = new ArrayList<>(
                List.of(terminal.home().resolve("pixel-llm").toAbsolutePath().toString(), "daemon", "start"));
        command.addAll(arguments(running == null ? null : place.read(), running));
        DaemonStopCommand.stop(place);
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        return ExitCode.of(code);
    }

    private List<String> arguments(@Nullable DaemonState state, @Nullable DaemonStatus running) throws IOException {
        if (state == null || running == null) {
            return options.arguments();
        }
        List<String> arguments = new ArrayList<>(options.given());
        addMissing(arguments, "-c", state.cartridge().toString());
        addMissing(arguments, "-x", state.executor());
        if (!state.threads().equals(DaemonState.AUTO)) {
            addMissing(arguments, "-t", state.threads());
        }
        addMissing(arguments, "--idle", String.valueOf(running.idle()));
        String[] memory = state.memory().split(" ", -1);
        for (int i = 0; i + 1 < memory.length; i += 2) {
            addMissing(arguments, memory[i], memory[i + 1]);
        }
        return arguments;
    }

    private static void addMissing(List<String> arguments, String option, String value) {
        if (!arguments.contains(option)) {
            arguments.addAll(List.of(option, value));
        }
    }
}
