package org.pixelllm.pxvm.program;

import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;

/** A program that breaks a rule of the machine. Readers of files turn it into a fault that names the file. */
public final class InvalidProgramException extends IllegalArgumentException {

    private final String place;
    private final String expected;
    private final String found;
    private final String remedy;

    InvalidProgramException(String place, String expected, String found, String remedy) {
        super(place + ": expected " + expected + ", found " + found + ". " + remedy);
        this.place = place;
        this.expected = expected;
        this.found = found;
        this.remedy = remedy;
    }

    /** The same fault, with the file named. */
    public InvalidContentException in(String file) {
        return new InvalidContentException(new Fault(file, place, expected, found, remedy));
    }
}
