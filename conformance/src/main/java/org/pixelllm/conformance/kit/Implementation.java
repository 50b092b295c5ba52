package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Something that answers token images: a black box. */
public interface Implementation {

    /** What reports call it. */
    String name();

    /**
     * Lets it answer one file.
     *
     * @param input the token image; may be missing
     * @param outputs an existing folder for its two files
     * @param limit when it is stopped
     * @throws CannotRunException it cannot be started at all
     */
    Outcome run(Path input, Path outputs, Duration limit) throws IOException, InterruptedException;

    /**
     * How a run ended.
     *
     * @param ended by itself, before the time limit
     * @param code its exit code; meaningless where it did not end
     * @param lastWords the last line that it printed, or nothing
     */
    record Outcome(boolean ended, int code, String lastWords) {

        boolean succeeded() {
            return ended && code == 0;
        }
    }
}
