package org.pixelllm.conformance.kit;

import java.io.IOException;

/** A command that cannot be started: it says which and why. */
public final class CannotRunException extends IOException {

    private static final long serialVersionUID = 1;

    CannotRunException(String command, IOException cause) {
        super("cannot run `" + command + "`: " + cause.getMessage(), cause);
    }
}
