package org.pixelllm.cli.terminal;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Exit codes, after BSD's sysexits. */
public final class ExitCode {

    public static final int OK = 0;

    /** An implementation that was tested breaks a rule. */
    public static final int DOES_NOT_CONFORM = 1;

    public static final int USAGE = 2;

    /** What was asked about is not running, as the Linux Standard Base has it for services. */
    public static final int NOT_RUNNING = 3;

    public static final int BAD_DATA = 65;
    public static final int MISSING_INPUT = 66;
    public static final int UNAVAILABLE = 69;
    public static final int INTERNAL = 70;
    public static final int CANNOT_WRITE = 73;
    public static final int TRY_AGAIN = 75;

    /** What a shell reports for a command that Ctrl-C ended. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** Every code with the words that the help and the pages have for it. */
    public static SortedMap<Integer, String> meanings() {
        SortedMap<Integer, String> meanings = new TreeMap<>();
        meanings.put(OK, "done");
        meanings.put(DOES_NOT_CONFORM, "does not conform");
        meanings.put(USAGE, "wrong usage");
        meanings.put(NOT_RUNNING, "not running");
        meanings.put(BAD_DATA, "bad data");
        meanings.put(MISSING_INPUT, "missing input");
        meanings.put(UNAVAILABLE, "no GPU");
        meanings.put(INTERNAL, "internal error");
        meanings.put(CANNOT_WRITE, "cannot write");
        meanings.put(TRY_AGAIN, "try again");
        meanings.put(INTERRUPTED, "interrupted");
        return meanings;
    }

    /** The same as a sentence. */
    public static String sentence() {
        return meanings().entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", ", "Exit codes: ", "."));
    }
}
