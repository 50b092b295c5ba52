package org.pixelllm.protocol.fault;

import java.io.IOException;

/**
 * A pixel file that cannot be used, described in five parts: which file, where in it, what was expected there, what was
 * found, and what to do about it. Each kind of fault has its own type, so that a caller can act on the kind and a
 * person can act on the message.
 */
public abstract sealed class PxiException extends IOException
        permits UnreadableFileException,
                NotPxiException,
                TruncatedPxiException,
                UnsupportedVersionException,
                InvalidContentException,
                ModelMismatchException {

    private final Fault fault;

    PxiException(Fault fault) {
        super(fault.sentence());
        this.fault = fault;
    }

    /** The five parts of the message. */
    public final Fault fault() {
        return fault;
    }

    /**
     * What is wrong, in parts.
     *
     * @param file the file's name as the caller gave it, or {@code <memory>}
     * @param place where in the file: {@code pixel 0}, {@code chunk IDAT at byte 33}
     * @param expected what the format asks for at that place
     * @param found what is there
     * @param remedy what a person can do about it
     */
    public record Fault(String file, String place, String expected, String found, String remedy) {

        String sentence() {
            return Shown.line(file) + ": " + Shown.part(place) + ": expected " + Shown.part(expected) + ", found "
                    + Shown.part(found) + ". " + Shown.line(remedy);
        }
    }
}
