package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Finds a Python with numpy and PIL, for tests that run what callers write. */
final class Python {

    private static final List<String> CANDIDATES = List.of("/usr/bin/python3", "python3");

    private Python() {}

    /** Its command; where there is none the test is skipped and says so, except in CI, where it fails. */
    static String require() throws InterruptedException {
        for (String candidate : CANDIDATES) {
            try {
                Process process = new ProcessBuilder(candidate, "-c", "import numpy, PIL.Image")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor() == 0) {
                    return candidate;
                }
            } catch (IOException noSuchProgram) {
                // the next one
            }
        }
        String missing = "no python3 with numpy and PIL: install Debian's python3-numpy and python3-pil";
        return "true".equals(System.getenv("CI")) ? fail(missing) : Assumptions.abort(missing);
    }
}
