package org.pixelllm.pxvm.tokenizer;

import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/** A vocabulary or merge list that makes no tokenizer. Readers of files turn it into a fault that names the file. */
public final class InvalidTokenizerException extends IllegalArgumentException {

    private static final String REMEDY = "Make the file again with the tokenizer of its model.";

    private final String place;
    private final String expected;
    private final String found;

    InvalidTokenizerException(String place, String expected, String found) {
        super(place + ": expected " + expected + ", found " + found + ". " + REMEDY);
        this.place = place;
        this.expected = expected;
        this.found = found;
    }

    /** The same fault, with the file named. */
    public InvalidContentException in(String file) {
        return new InvalidContentException(new Fault(file, place, expected, found, REMEDY));
    }
}
