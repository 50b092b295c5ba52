package org.pixelllm.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.pixelllm.cli.terminal.Terminal;

/**
 * What the launcher runs once to make its cache of loaded classes: the usual requests, so that their classes are in it.
 */
public final class CacheTraining {

    private CacheTraining() {}

    /**
     * Runs the requests.
     *
     * @param args the folder for their files
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        Terminal own = Terminal.ofProcess();
        Terminal silent = new Terminal(own.in(), nowhere, nowhere, true, false, folder, own.home());
        String input = folder.resolve("in.pxi").toString();
        String output = folder.resolve("out").toString();
        String[][] requests = {
            {"encode", "pxOS evolution", "-o", input},
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
            worst = Math.max(worst, Main.start(silent, request));
        }
        System.exit(worst);
    }
}
