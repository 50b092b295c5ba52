package org.pixelllm.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.forge.train.run.SettingsException;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.Shown;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.pxvm.executor.StateTooLargeException;
import org.pixelllm.pxvm.regex.ExpressionException;
import org.pixelllm.webgpu.api.GpuException;

/** Turns whatever was thrown into one sentence and an exit code. */
public final class Failures {

    private static final int MAX_CAUSES = 16;
    private static final int LEAST_MEGABYTES = 64;

    /** What the Java machine says where a mapped file has become shorter. */
    private static final String CUT_FILE = "unsafe memory access";

    private Failures() {}

    /** Says what went wrong on standard error. */
    public static ExitCode report(Terminal terminal, Throwable thrown, boolean verbose) {
        Throwable e = decisive(thrown);
        ExitCode code = codeOf(e);
        if (code != ExitCode.READER_GONE) {
            terminal.err().println("pixel-llm: " + Shown.message(words(e, code)));
        }
        if (verbose) {
            thrown.printStackTrace(terminal.err());
        }
        return code;
    }

    /** The same, and as JSON on standard output where that was asked for and nothing stands there yet. */
    public static ExitCode end(Terminal terminal, Throwable thrown, boolean verbose, boolean json) {
        ExitCode code = report(terminal, thrown, verbose);
        Throwable e = decisive(thrown);
        if (json && !(e instanceof OutputException)) {
            json(terminal, words(e, code), code);
        }
        return code;
    }

    /** Says that a command line is wrong, and what explains it. */
    public static void usage(Terminal terminal, String message, String hint, boolean json) {
        terminal.err().println("pixel-llm: " + Shown.message(message));
        terminal.err().println(hint);
        if (json) {
            json(terminal, message, ExitCode.USAGE);
        }
    }

    /** An error as JSON, unless standard output has a result already. */
    private static void json(Terminal terminal, String message, ExitCode code) {
        if (terminal.hasSpoken()) {
            return;
        }
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error", message);
        error.put("exit_code", code.code());
        Json.print(terminal, error);
    }

    /** What went wrong, in a sentence, as {@link #report} says it: for one of many items, whose others go on. */
    public static String sentence(Throwable thrown) {
        Throwable e = decisive(thrown);
        return Shown.message(words(e, codeOf(e)));
    }

    /** The exit code of a command that fails in this way. */
    public static ExitCode code(Throwable thrown) {
        return codeOf(decisive(thrown));
    }

    /** What counts in a chain of causes: an error of the machine wherever it is, else what was thrown. */
    private static Throwable decisive(Throwable thrown) {
        @Nullable Throwable each = thrown;
        for (int i = 0; i < MAX_CAUSES && each != null; i++) {
            if (each instanceof VirtualMachineError) {
                return each;
            }
            each = each.getCause();
        }
        @Nullable Throwable cause = thrown.getCause();
        return thrown instanceof UncheckedIOException && cause != null ? cause : thrown;
    }

    private static ExitCode codeOf(Throwable e) {
        return switch (e) {
            case OutputException output -> isGone(output) ? ExitCode.READER_GONE : ExitCode.CANNOT_WRITE;
            case UnreadableFileException missing -> ExitCode.MISSING_INPUT;
            case PxiException bad -> ExitCode.BAD_DATA;
            case StateTooLargeException large -> ExitCode.BAD_DATA;
            case ModelFaultException fault -> ExitCode.BAD_DATA;
            case ExpressionException split -> ExitCode.BAD_DATA;
            case GpuException gpu -> ExitCode.UNAVAILABLE;
            case UsageException usage -> ExitCode.USAGE;
            case InvalidPathException name -> ExitCode.USAGE;
            case TryAgainException busy -> ExitCode.TRY_AGAIN;
            case ChangedFileException changed -> ExitCode.TRY_AGAIN;
            case SettingsException settings -> ExitCode.USAGE;
            case IOException write -> isGone(write) ? ExitCode.READER_GONE : ExitCode.CANNOT_WRITE;
            case OutOfMemoryError memory -> ExitCode.OUT_OF_MEMORY;
            case InternalError error when isCutFile(error) -> ExitCode.TRY_AGAIN;
            default -> ExitCode.INTERNAL;
        };
    }

    /** Whether the reader of a pipe has ended, as the systems say it. */
    private static boolean isGone(Throwable e) {
        @Nullable Throwable each = e;
        for (int i = 0; i < MAX_CAUSES && each != null; i++) {
            String message = String.valueOf(each.getMessage());
            if (each instanceof IOException
                    && (message.startsWith("Broken pipe") || message.startsWith("The pipe is being closed"))) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    private static boolean isCutFile(InternalError e) {
        return String.valueOf(e.getMessage()).contains(CUT_FILE);
    }

    /** One sentence, and what to do. */
    private static String words(Throwable e, ExitCode code) {
        String message = e.getMessage();
        return switch (e) {
            case OutOfMemoryError memory -> memory(String.valueOf(message));
            case InternalError error
            when isCutFile(error) -> "A file became shorter while it was read. Run the command again once it is whole.";
            case StackOverflowError deep -> internal("something is nested too deeply");
            case InvalidPathException name -> "'" + name.getInput() + "' cannot be the name of a file on this system.";
            case FileSystemException file -> words(file);
            default -> code == ExitCode.INTERNAL || message == null ? internal(message) : message;
        };
    }

    private static String memory(String message) {
        if (message.contains("thread")) {
            return "The system allows no more threads. Ask for fewer with -t, or raise its limit.";
        }
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        return "Java's memory, " + megabytes + " MiB, does not suffice. Give it more with the environment's variable"
                + " JDK_JAVA_OPTIONS=-Xmx" + Math.max(LEAST_MEGABYTES, 4 * megabytes) + "m, or ask for less.";
    }

    /** A fault of ours: with the words of it, if they are meant for people. */
    private static String internal(@Nullable String message) {
        boolean readable = message != null
                && !message.contains("java.")
                && !message.contains("org.pixelllm")
                && !message.contains("org/pixelllm")
                && !message.contains("java/")
                && !message.contains("jdk.")
                && !message.contains("()");
        return "internal error" + (readable ? ": " + message : "")
                + ". This is a bug in Pixel-LLM. Run the command again with --verbose, and report what it prints.";
    }

    /** Java's own message is a bare name. */
    private static String words(FileSystemException e) {
        String why = switch (e) {
            case NoSuchFileException none -> "no such file or folder";
            case AccessDeniedException denied -> "no permission";
            case FileAlreadyExistsException exists -> "something of that name is in its place";
            default -> e.getReason() == null ? "the system refuses" : e.getReason();
        };
        return e.getFile() + ": " + why + ".";
    }
}
