package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/** Reads a PNG in one step; {@link PngReader} has the rules. */
public final class PngDecoder {

    private PngDecoder() {}

    /**
     * Decodes a whole file.
     *
     * @param bytes the file's bytes between position and limit, on the heap or mapped; the position is not changed
     * @param file the name that messages begin with
     * @throws NotPxiException the bytes do not begin as a PNG does; the message says what they look like
     * @throws TruncatedPxiException the bytes, or the picture's data in them, end too early
     * @throws InvalidContentException the file breaks a rule of PNG, is over the limits, or has pixels that are not
     *     opaque 8-bit colours
     */
    public static Png decode(ByteBuffer bytes, String file, PngLimits limits) throws PxiException {
        return PngReader.of(bytes, file, limits).decode(limits);
    }
}
