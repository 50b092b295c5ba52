package org.pixelllm.cli.terminal;

import java.io.IOException;

/** Standard output takes no more, so the command ends wherever it is. */
public final class OutputException extends RuntimeException {

    public OutputException(IOException cause) {
        super("standard output cannot be written: " + cause.getMessage() + ". Make room, or send it elsewhere.", cause);
    }
}
