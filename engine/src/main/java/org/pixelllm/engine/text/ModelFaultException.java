package org.pixelllm.engine.text;

/** A model computed NaN or an infinity where a number belongs: the fault is the model's, not the question's. */
public final class ModelFaultException extends IllegalArgumentException {

    ModelFaultException(String message) {
        super(message);
    }
}
