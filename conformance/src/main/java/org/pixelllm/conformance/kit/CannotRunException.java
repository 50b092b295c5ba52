package org.pixelllm.conformance.kit;

import java.io.IOException;

/** A command cannot be started: the message names it and the reason. */
public final class CannotRunException extends IOException {

    private static final long serialVersionUID = 1;

    CannotRunException(String command, IOException cause) {
        super("cannot run `" + command + "`: " + cause.getMessage(), cause);
    }
}
