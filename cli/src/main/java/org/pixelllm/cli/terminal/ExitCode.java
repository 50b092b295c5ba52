package org.pixelllm.cli.terminal;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Exit codes, after BSD's sysexits, with the words that the help and the pages have for them. */
public enum ExitCode {
    OK(0, "done"),
    /** An implementation that was tested breaks a rule. */
    DOES_NOT_CONFORM(1, "does not conform"),
    USAGE(2, "wrong usage"),
    /** What was asked about is not running, as the Linux Standard Base has it for services. */
    NOT_RUNNING(3, "not running"),
    BAD_DATA(65, "bad data"),
    MISSING_INPUT(66, "missing input"),
    UNAVAILABLE(69, "no GPU"),
    INTERNAL(70, "internal error"),
    OUT_OF_MEMORY(71, "out of memory"),
    CANNOT_WRITE(73, "cannot write"),
    TRY_AGAIN(75, "try again"),
    /** What a shell reports for a command that Ctrl-C ended. */
    INTERRUPTED(130, "interrupted"),
    /** What a shell reports for a command whose reader is gone. */
    READER_GONE(141, "standard output's reader is gone");

    private final int code;
    private final String words;

    ExitCode(int code, String words) {
        this.code = code;
        this.words = words;
    }

    public int code() {
        return code;
    }

    public String words() {
        return words;
    }

    /** The meaning of a code that another Pixel-LLM process ended with; {@link #INTERNAL} where it has none. */
    public static ExitCode of(int code) {
        return Arrays.stream(values())
                .filter(each -> each.code == code)
                .findFirst()
                .orElse(INTERNAL);
    }

    /** All of them as a sentence. */
    public static String sentence() {
        return Arrays.stream(values())
                .map(each -> each.code + " " + each.words)
                .collect(Collectors.joining(", ", "Exit codes: ", "."));
    }
}
