package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A folder in which a document's snippets find what they find in a fresh checkout, and nothing that others left. */
final class SnippetCheckout {

    private static final int TIMEOUT_SECONDS = 120;

    /** Takes the place of what shows a picture on a desktop: notes the files, and fails where one is not there. */
    private static final String OPEN = """
            #!/bin/sh
            for file; do
                [ -f "$file" ] || exit 1
                echo "$file" >>"$OPENED"
            done
            """;

    private final Path root;
    private final Path folder;
    private final Path bin;
    private final Path opened;

    SnippetCheckout(Path root, Path temporary, String python) throws IOException {
        this.root = root;
        this.folder = Files.createDirectory(temporary.resolve("checkout"));
        this.bin = Files.createDirectory(temporary.resolve("bin"));
        this.opened = temporary.resolve("opened.txt");
        copyPackage();
        program(folder.resolve("pixel-llm"), calling(root.resolve("pixel-llm").toString()));
        program(bin.resolve("python3"), calling(python));
        program(bin.resolve("open"), OPEN);
    }

    private void copyPackage() throws IOException {
        Path from = root.resolve("pixel_llm");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".py")).toList()) {
                Path to = folder.resolve(root.relativize(file));
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    private static String calling(String program) {
        return "#!/bin/sh\nexec '" + program + "' \"$@\"\n";
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** The files that were opened to be looked at. */
    List<String> opened() throws IOException {
        return Files.exists(opened) ? Files.readAllLines(opened) : List.of();
    }

    /**
     * Runs a snippet unchanged.
     *
     * @param prelude code before it: names that it uses and does not define
     * @return what it printed
     * @throws AssertionError it did not end well
     */
    String run(Snippet snippet, String prelude) throws IOException, InterruptedException {
        List<String> shell = snippet.language().equals("bash") ? List.of("bash", "-e", "-c") : List.of("python3", "-c");
        List<String> command = new ArrayList<>(shell);
        command.add(prelude + snippet.text());
        return run("the snippet at line " + snippet.line(), command);
    }

    /** Runs the launcher, and gives what it printed. */
    String engine(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./pixel-llm", "infer"));
        command.addAll(List.of(words));
        return run("the engine", command);
    }

    private String run(String what, List<String> command) throws IOException, InterruptedException {
        Path out = bin.resolveSibling("out.txt");
        Path err = bin.resolveSibling("err.txt");
        ProcessBuilder builder = new ProcessBuilder(inOwnPath(command))
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("OPENED", opened.toString());
        environment.put("PYTHONIOENCODING", "utf-8");
        environment.put("PIXELLLM_DAEMON", bin.resolveSibling("none").toString());
        environment.put("XDG_STATE_HOME", bin.resolveSibling("state").toString());
        environment.remove("PIXELLLM_HOME");
        environment.remove("PYTHONPATH");
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(what + " did not end in " + TIMEOUT_SECONDS + " seconds");
        }
        assertThat(process.exitValue())
                .as("%s ends with 0, having said:%n%s", what, Files.readString(err))
                .isZero();
        return Files.readString(out);
    }

    /** The program is looked for in the path of this process, so a stub needs its whole name. */
    private List<String> inOwnPath(List<String> command) {
        List<String> full = new ArrayList<>(command);
        if (Files.exists(bin.resolve(full.getFirst()))) {
            full.set(0, bin.resolve(full.getFirst()).toString());
        }
        return full;
    }
}
