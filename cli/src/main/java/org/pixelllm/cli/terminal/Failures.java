package org.pixelllm.cli.terminal;

import java.io.IOException;
import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.forge.train.run.SettingsException;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.pxvm.executor.StateTooLargeException;
import org.pixelllm.webgpu.api.GpuException;

/** Turns an exception into one message and an exit code. */
public final class Failures {

    private Failures() {}

    public static ExitCode report(Terminal terminal, Exception e, boolean verbose) {
        String message = e.getMessage();
        ExitCode code = code(e);
        if (code == ExitCode.INTERNAL || message == null) {
            terminal.err().println("pixel-llm: internal error: " + e);
            terminal.err()
                    .println(
                            "This is a bug in Pixel-LLM. Run the command again with --verbose, and report what it prints.");
        } else {
            terminal.err().println("pixel-llm: " + message);
        }
        if (verbose) {
            e.printStackTrace(terminal.err());
        }
        return code;
    }

    public static ExitCode code(Exception e) {
        return switch (e) {
            case UnreadableFileException missing -> ExitCode.MISSING_INPUT;
            case PxiException bad -> ExitCode.BAD_DATA;
            case StateTooLargeException large -> ExitCode.BAD_DATA;
            case ModelFaultException fault -> ExitCode.BAD_DATA;
            case GpuException gpu -> ExitCode.UNAVAILABLE;
            case UsageException usage -> ExitCode.USAGE;
            case TryAgainException busy -> ExitCode.TRY_AGAIN;
            case ChangedFileException changed -> ExitCode.TRY_AGAIN;
            case SettingsException settings -> ExitCode.USAGE;
            case IOException write -> ExitCode.CANNOT_WRITE;
            default -> ExitCode.INTERNAL;
        };
    }
}
