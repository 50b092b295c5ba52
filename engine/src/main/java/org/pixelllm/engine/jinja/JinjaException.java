package org.pixelllm.engine.jinja;

/** A template that is malformed, beyond the part of Jinja that is known here, or that refuses its values itself. */
public final class JinjaException extends IllegalArgumentException {

    JinjaException(String message) {
        super(message);
    }
}
