package org.pixelllm.forge.train.run;

/** A setting that is out of range, contradicts another, or asks for more than there is. The message names the option. */
public final class SettingsException extends RuntimeException {

    SettingsException(String message) {
        super(message);
    }
}
