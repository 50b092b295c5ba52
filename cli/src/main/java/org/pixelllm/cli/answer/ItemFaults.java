package org.pixelllm.cli.answer;

import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;

/** What went wrong with one of many items, in a sentence: it is that item's, and the others go on. */
public final class ItemFaults {

    private ItemFaults() {}

    /** The sentence. */
    public static String words(Throwable e) {
        return switch (e) {
            case OutOfMemoryError memory ->
                "there is not enough memory to answer it. Ask for less, or give Java more (JAVA_TOOL_OPTIONS=-Xmx4g).";
            case StackOverflowError depth -> "it is too deeply nested to be answered.";
            case Exception known
            when code(known) != ExitCode.INTERNAL && known.getMessage() != null -> String.valueOf(known.getMessage());
            default -> "internal error: " + e + ". This is a bug in Pixel-LLM.";
        };
    }

    /** The exit code of a command with this item alone. */
    public static ExitCode code(Throwable e) {
        return e instanceof Exception known ? Failures.code(known) : ExitCode.INTERNAL;
    }
}
