package org.pixelllm.bench;

import java.io.IOException;

/** Runs a program of this folder so that what a person did wrong is one line. */
final class CommandLine {

    private static final int FAILED = 1;

    private CommandLine() {}

    /** What the program does. */
    interface Body {
        void run() throws IOException, InterruptedException;
    }

    static void run(Body body) throws InterruptedException {
        try {
            body.run();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(FAILED);
        }
    }
}
