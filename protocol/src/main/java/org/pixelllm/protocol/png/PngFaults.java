package org.pixelllm.protocol.png;

import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/**
 * Builds the exceptions of one file's decoding.
 *
 * @param file the name that every message begins with
 */
record PngFaults(String file) {

    static final String COPY_AGAIN = "The file was cut or damaged on its way: copy or download it again.";
    static final String SAVE_AGAIN = "Save it again as a plain, opaque 8-bit RGB PNG.";

    InvalidContentException invalid(String place, String expected, String found, String remedy) {
        return new InvalidContentException(new Fault(file, place, expected, found, remedy));
    }

    TruncatedPxiException truncated(String place, String expected, String found) {
        return new TruncatedPxiException(new Fault(file, place, expected, found, COPY_AGAIN));
    }

    static String chunk(int type, long at) {
        return "chunk " + name(type) + " at byte " + at;
    }

    /** The four letters of a chunk type, or its hexadecimal value where they are not letters. */
    static String name(int type) {
        return PngChunks.isName(type)
                ? "" + (char) (type >>> 24) + (char) (type >> 16 & 0xFF) + (char) (type >> 8 & 0xFF)
                        + (char) (type & 0xFF)
                : "0x" + Integer.toHexString(type);
    }
}
