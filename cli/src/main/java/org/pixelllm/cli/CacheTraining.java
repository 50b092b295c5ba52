package org.pixelllm.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.pixelllm.cli.terminal.RawArguments;
import org.pixelllm.cli.terminal.Terminal;

/**
 * What the launcher runs once to make its cache of loaded classes: the usual requests, so that their classes are in it.
 */
public final class CacheTraining {

    private static final InputStream PIPED = new ByteArrayInputStream("pxOS é".getBytes(StandardCharsets.UTF_8));

    private CacheTraining() {}

    /**
     * Runs the requests.
     *
     * @param args the folder for their files
     */
    public static void main(String[] args) throws IOException {
        Main.watchThreads();
        RawArguments.of(args);
        Path folder = Path.of(args[0]);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        Terminal own = Terminal.ofProcess();
        Terminal silent = new Terminal(PIPED, nowhere, nowhere, true, false, folder, own.home());
        String input = folder.resolve("in.pxi").toString();
        String output = folder.resolve("out").toString();
        String[][] requests = {
            {"encode", "-", "-o", input},
            {"infer", "-i", input, "-o", output},
            {"pxOS evolution", "-o", output, "-v"},
            {"pxOS", "-o", output, "--json"},
            {"pxOS"},
            {"generate", "pxOS", "-n", "8", "--seed", "1", "-o", output},
            {"decode", output + "/output_token.pxi", "--json"},
            {"inspect", own.defaultCartridge().toString()},
        };
        int worst = 0;
        for (String[] request : requests) {
            worst = Math.max(worst, Main.run(silent, request));
        }
        System.exit(worst);
    }
}
