package org.pixelllm.cli;

import java.util.Set;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.RawArguments;
import org.pixelllm.cli.terminal.Terminal;

/** The entry point. An argument after {@code pixel-llm} that is not a subcommand is a text to answer. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler(new LastWords());
        int code = start(args);
        System.err.flush();
        // Not exit, which would load the logging system to log that it was called. Nothing waits for the end.
        Runtime.getRuntime().halt(code);
    }

    /** For what nobody has caught. A virtual thread serves one caller, so the others go on; a platform thread all. */
    private static final class LastWords implements Thread.UncaughtExceptionHandler {

        @Override
        public void uncaughtException(Thread thread, Throwable thrown) {
            int code = say(thrown);
            if (!thread.isVirtual()) {
                Runtime.getRuntime().halt(code);
            }
        }
    }

    private static int start(String[] args) {
        try {
            Terminal terminal = Terminal.ofProcess();
            String[] exact;
            try {
                exact = RawArguments.of(args);
            } catch (Exception e) {
                return Failures.report(terminal, e, false).code();
            }
            return run(terminal, exact);
        } catch (Throwable t) {
            return say(t);
        }
    }

    /** One sentence, even where there is hardly any memory left to say it. */
    private static int say(Throwable thrown) {
        try {
            return Failures.report(Terminal.ofProcess(), thrown, false).code();
        } catch (Throwable again) {
            boolean memory = thrown instanceof OutOfMemoryError || again instanceof OutOfMemoryError;
            System.err.println(
                    memory
                            ? "pixel-llm: Java's memory does not suffice. Give it more: JDK_JAVA_OPTIONS=-Xmx1g"
                            : "pixel-llm: internal error. This is a bug in Pixel-LLM.");
            return (memory ? ExitCode.OUT_OF_MEMORY : ExitCode.INTERNAL).code();
        }
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    static int run(Terminal terminal, String... args) {
        return Commands.run(terminal, args);
    }

    static Set<String> commandNames() {
        return Commands.names();
    }
}
