package org.pixelllm.protocol.fault;

/**
 * A file was written over or cut short while it was in use: what was made from it is neither of its old content nor of its
 * new one. No fault of what was asked, so it is no {@link PxiException}: the same may be asked again.
 */
public final class ChangedFileException extends RuntimeException {

    /**
     * Says so.
     *
     * @param file as the caller named it
     */
    public ChangedFileException(String file) {
        super(file
                + ": has changed while it was in use. Nothing was made of it; try again once it is whole, and replace"
                + " such files by a rename.");
    }
}
