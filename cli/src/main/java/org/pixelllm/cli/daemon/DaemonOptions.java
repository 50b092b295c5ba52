package org.pixelllm.cli.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.protocol.file.PxiFiles;

/** The options that a daemon runs with. */
final class DaemonOptions {

    private static final double IDLE_MINUTES = 10;
    private static final double MAX_IDLE_MINUTES = 60 * 24 * 365;

    final ModelOptions model;
    private final Command.Value<Double> idle;

    DaemonOptions(Command command) {
        model = new ModelOptions(command);
        idle = command.real("MINUTES", "Stop after this long without a request.", IDLE_MINUTES, "--idle");
    }

    double idleMinutes() {
        double minutes = idle.get();
        if (!(minutes > 0 && minutes <= MAX_IDLE_MINUTES)) {
            throw new UsageException("--idle: expected more than 0 and at most 525600 minutes, found " + minutes + ".");
        }
        return minutes;
    }

    /** The real path of the cartridge: a link to it may change. */
    Path cartridge() throws IOException {
        Path path = model.path();
        PxiFiles.requireRegular(path);
        Path real = path.toRealPath();
        if (real.toString().indexOf('\n') >= 0) {
            throw new UsageException("-c: expected a path without line breaks, found " + real + ".");
        }
        return real;
    }

    /** Those of these options that were given, as arguments for another process. */
    List<String> given() throws IOException {
        List<String> arguments = new ArrayList<>();
        if (model.namesCartridge()) {
            arguments.addAll(List.of("-c", cartridge().toString()));
        }
        arguments.addAll(model.arguments());
        if (idle.isGiven()) {
            arguments.addAll(List.of("--idle", String.valueOf(idleMinutes())));
        }
        return arguments;
    }

    /** These options as arguments for another process. */
    List<String> arguments() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-c", cartridge().toString()));
        arguments.addAll(model.arguments());
        arguments.addAll(List.of("--idle", String.valueOf(idleMinutes())));
        return arguments;
    }
}
