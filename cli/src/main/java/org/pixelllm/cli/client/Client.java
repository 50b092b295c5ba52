package org.pixelllm.cli.client;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a daemon run the command line, as if it were run here: the launcher starts this where it has found one that runs with
 * the same options. What the daemon declines is run by a process of its own.
 */
public final class Client {

    /** Where the launcher says the daemon's socket. */
    private static final String SOCKET = "pixelllm.daemon.socket";

    /** How long a command may take to end once it was asked to. */
    private static final long END_SECONDS = 12;

    /** As the command says it, which has no class here: try again. */
    private static final int TRY_AGAIN = 75;

    private static final String VARIABLE = "PIXELLLM_DAEMON";
    private static final String OFF = "off";

    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

    private Client() {}

    public static void main(String[] args) throws InterruptedException {
        Runtime.getRuntime().halt(run(args));
    }

    /** Runs a command line; returns the exit code. */
    static int run(String... args) throws InterruptedException {
        CommandLine line = CommandLine.ofProcess(args);
        int code = Conversation.DECLINED;
        if (line.isExact()) {
            code = converse(line);
        }
        if (code == Conversation.CUT) {
            say("pixel-llm: The daemon has ended, or was killed, before it was done. Run the command again.\n");
            return TRY_AGAIN;
        }
        return code == Conversation.DECLINED ? alone(args) : code;
    }

    private static int converse(CommandLine line) throws InterruptedException {
        try (Conversation conversation = new Conversation(
                System.getProperty(SOCKET),
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                ERR,
                new Asking())) {
            Ending ending = new Ending(conversation, null);
            Runtime.getRuntime().addShutdownHook(ending);
            int code = conversation.run(line);
            ending.finish(code);
            return code;
        } catch (IOException e) {
            return Conversation.DECLINED; // nobody listens any more
        }
    }

    /** Holds this process up, where it is to end, until the command has ended. */
    private static final class Ending extends Thread {

        private final @Nullable Conversation conversation;
        private final @Nullable Process process;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean begun;

        Ending(@Nullable Conversation conversation, @Nullable Process process) {
            this.conversation = conversation;
            this.process = process;
        }

        @Override
        public void run() {
            begun = true;
            if (conversation != null) {
                conversation.interrupt();
            }
            if (process != null) {
                process.destroy();
            }
            try {
                if (done.await(END_SECONDS, TimeUnit.SECONDS) && process != null) {
                    TimeUnit.SECONDS.sleep(END_SECONDS); // this process ends with that one's code
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** A command that did not listen was given up: this process ends as one that is killed. */
        void finish(int code) throws InterruptedException {
            if (begun && code < 0) {
                done.countDown();
                TimeUnit.SECONDS.sleep(END_SECONDS);
            }
            if (!begun) {
                try {
                    Runtime.getRuntime().removeShutdownHook(this);
                } catch (IllegalStateException e) {
                    done.countDown();
                }
            }
        }
    }

    /** Runs the command without a daemon, in a process with the Java options of its own. */
    private static int alone(String... args) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("pixelllm.home"), "pixel-llm").toString());
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(VARIABLE, OFF);
        try {
            Process process = builder.start();
            Ending ending = new Ending(null, process);
            Runtime.getRuntime().addShutdownHook(ending);
            return process.waitFor();
        } catch (IOException e) {
            say("pixel-llm: The launcher cannot be started: ".concat(String.valueOf(e.getMessage())).concat(".\n"));
            return TRY_AGAIN;
        }
    }

    private static void say(String words) {
        try {
            ERR.write(words.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // There is nobody to tell.
        }
    }

    /** What {@code stty} says, or 0. */
    private static final class Asking implements IntSupplier {

        @Override
        public int getAsInt() {
            if (!Boolean.getBoolean("pixelllm.terminal.out") && !Boolean.getBoolean("pixelllm.terminal.err")) {
                return 0;
            }
            try {
                Process stty = new ProcessBuilder("stty", "size")
                        .redirectInput(new File("/dev/tty"))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
                return Integer.parseInt(size.substring(size.indexOf(' ') + 1));
            } catch (IOException | NumberFormatException e) {
                return 0; // there is no such command, or no terminal to ask
            }
        }
    }
}
