package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Python with numpy and PIL: a PNG library that shares nothing with ours. */
final class Python {

    private static final List<String> CANDIDATES = List.of("/usr/bin/python3", "python3");

    private static final int TIMEOUT_SECONDS = 120;

    private final String command;

    private Python(String command) {
        this.command = command;
    }

    /** Finds one; where there is none the test is skipped and says so, except in CI, where it fails. */
    static Python require() throws IOException, InterruptedException {
        for (String candidate : CANDIDATES) {
            if (imports(candidate)) {
                return new Python(candidate);
            }
        }
        String missing = "no python3 with numpy and PIL: install Debian's python3-numpy and python3-pil";
        if ("true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        return Assumptions.abort(missing);
    }

    private static boolean imports(String candidate) throws IOException, InterruptedException {
        Path log = Files.createTempFile("python", ".log");
        try {
            return start(List.of(candidate, "-c", "import numpy, PIL.Image"), Path.of("."), log, log) == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } finally {
            Files.delete(log);
        }
    }

    /** A file of {@code src/test/python}. */
    static Path script(String name) {
        return Root.path().resolve("conformance/src/test/python").resolve(name);
    }

    /**
     * Runs a script to its end.
     *
     * @param folder where it runs
     * @return the lines that it printed
     */
    List<String> run(Path folder, String script, Object... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command, script(script).toString()));
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        int status = start(line, folder, out, err);
        if (status != 0) {
            fail("%s ended with status %d:%n%s".formatted(line, status, Files.readString(err)));
        }
        return Files.readAllLines(out);
    }

    /**
     * Runs all of the Python client's own tests.
     *
     * @return what the runner said
     */
    String unittest(Path folder) throws IOException, InterruptedException {
        String root = Root.path().toString();
        List<String> line = List.of(command, "-m", "unittest", "discover", "-s", root + "/pixel_llm/tests", "-t", root);
        Path said = folder.resolve("stderr.txt");
        int status = start(line, folder, folder.resolve("stdout.txt"), said);
        if (status != 0) {
            fail("%s ended with status %d:%n%s".formatted(line, status, Files.readString(said)));
        }
        return Files.readString(said);
    }

    private static int start(List<String> line, Path folder, Path out, Path err)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        builder.environment().put("PYTHONPATH", Root.path().toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("%s did not end in %d seconds".formatted(line, TIMEOUT_SECONDS));
        }
        return process.exitValue();
    }
}
