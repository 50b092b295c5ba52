package org.pixelllm.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.PxiException;
import picocli.CommandLine.Option;

/** Which model, on which executor. */
final class ModelOptions {

    @Option(
            names = {"-c", "--cartridge"},
            paramLabel = "FILE",
            description = "The model. Default: the shipped cartridge.")
    @Nullable
    Path cartridge;

    @Option(
            names = {"-x", "--executor"},
            paramLabel = "NAME",
            description = "reference, simd or auto. Default: auto.")
    ExecutorChoice.Kind executor = ExecutorChoice.Kind.AUTO;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute. Default: all cores. The answer does not depend on it.")
    int threads = Runtime.getRuntime().availableProcessors();

    /** The cartridge that was asked for, or the shipped one. */
    Path path(Terminal terminal) {
        Path path = cartridge;
        if (path != null) {
            return path;
        }
        Path shipped = terminal.defaultCartridge();
        if (!Files.exists(shipped)) {
            throw new UsageException(
                    "There is no shipped cartridge at " + shipped.toAbsolutePath() + ". Name one with -c.");
        }
        return shipped;
    }

    ExecutorChoice choose(Terminal terminal) {
        if (threads < 1 || threads > 1024) {
            throw new UsageException("--threads: expected 1 to 1024, found " + threads + ".");
        }
        ExecutorChoice choice = ExecutorChoice.of(executor, threads);
        if (choice.warning() != null) {
            terminal.err().println(choice.warning());
        }
        return choice;
    }

    PixelLlm open(Terminal terminal, CommonOptions common) throws PxiException {
        Path path = path(terminal);
        PixelLlm model = PixelLlm.open(path, choose(terminal));
        if (!model.cartridge().isMapped()) {
            terminal.err()
                    .println(path + " was re-encoded by another program: it works, but is decoded instead of mapped.");
        }
        if (common.verbose()) {
            ExecutorChoice choice = model.executor();
            terminal.err()
                    .println(String.format(
                            Locale.ROOT,
                            "%s executor (%s): %s.",
                            choice.executor().name(),
                            choice.executor().description(),
                            choice.reason()));
            terminal.err()
                    .println("cartridge " + path + ", sha256:"
                            + model.cartridge().digest());
        }
        return model;
    }
}
