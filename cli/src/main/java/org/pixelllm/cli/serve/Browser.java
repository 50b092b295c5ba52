package org.pixelllm.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Opens an address in the user's browser. Everybody on a machine can read the arguments of a process, so what is passed on is a file
 * of the user's own that leads to the address, and to the token in it.
 */
final class Browser implements AutoCloseable {

    private @Nullable Path file;

    /**
     * Whether a browser was asked.
     *
     * @param secret what follows the address and nobody else may see; may be empty
     */
    boolean open(String address, String secret) throws IOException {
        return ask(secret.isEmpty() ? address : fileThatLeadsTo(address + secret));
    }

    private String fileThatLeadsTo(String address) throws IOException {
        Path leads = Files.createTempFile("pixel-llm-", ".html"); // readable by its user only
        file = leads;
        Files.writeString(
                leads,
                "<!doctype html><meta charset=\"utf-8\"><title>Pixel-LLM</title><meta http-equiv=\"refresh\" content=\"0;url="
                        + address + "\"><a href=\"" + address + "\">Pixel-LLM</a>\n");
        return leads.toString();
    }

    private static boolean ask(String what) {
        return commands(what).stream().anyMatch(Browser::starts);
    }

    /** Whether there is such a program here. */
    private static boolean starts(List<String> command) {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<List<String>> commands(String file) {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("win")) {
            return List.of(List.of("rundll32", "url.dll,FileProtocolHandler", file));
        }
        return system.contains("mac")
                ? List.of(List.of("open", file))
                : List.of(List.of("xdg-open", file), List.of("x-www-browser", file), List.of("sensible-browser", file));
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
