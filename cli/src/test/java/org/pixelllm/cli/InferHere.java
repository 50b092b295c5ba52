package org.pixelllm.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.pixelllm.conformance.kit.Implementation;

/** The command with a cartridge and an executor, in this process, for the compliance kit. */
record InferHere(Path folder, Path cartridge, String executor) implements Implementation {

    @Override
    public String name() {
        return executor + " with " + cartridge;
    }

    @Override
    public Outcome run(Path input, Path outputs, Duration limit) {
        Captured result = Captured.run(
                folder,
                "infer",
                "-x",
                executor,
                "-c",
                cartridge.toString(),
                "-i",
                input.toString(),
                "-o",
                outputs.toString());
        String last = result.err().lines().reduce("", (before, line) -> line);
        return new Outcome(true, result.code(), last);
    }
}
