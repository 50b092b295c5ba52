package org.pixelllm.cli.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** What Jazzer calls: the target that the system property names. */
public final class Fuzzer {

    static final String TARGET = "pixelllm.fuzz";

    private static final FuzzTarget NAMED =
            Objects.requireNonNull(FuzzTargets.ALL.get(System.getProperty(TARGET, "")), TARGET);
    private static final Path FOLDER = folder();

    private Fuzzer() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        NAMED.accepts(input, FOLDER);
    }
}
