package org.pixelllm.pxvm.regex;

/** An expression that is malformed, beyond the syntax known here, or too costly for a text. */
public final class ExpressionException extends IllegalArgumentException {

    ExpressionException(String message) {
        super(message);
    }
}
