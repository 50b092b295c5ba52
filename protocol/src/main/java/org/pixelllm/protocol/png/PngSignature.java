package org.pixelllm.protocol.png;

import java.nio.ByteBuffer;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/** The eight bytes that begin every PNG. */
public final class PngSignature {

    /** How many bytes of a file {@link #require} needs to name what it is instead. */
    public static final int HEAD_BYTES = FileGuess.BYTES;

    static final int BYTES = 8;
    static final long VALUE = 0x89504E470D0A1A0AL;

    private PngSignature() {}

    /**
     * Returns the number of bytes that the signature takes.
     *
     * @throws TruncatedPxiException the bytes end within the signature
     * @throws NotPxiException they are something else, which the message names
     */
    public static int require(ByteBuffer in, String file) throws PxiException {
        if (in.limit() >= BYTES && in.getLong(0) == VALUE) {
            return BYTES;
        }
        if (in.limit() > 0 && in.limit() < BYTES && isCut(in)) {
            throw new PngFaults(file)
                    .truncated("byte 0", "the 8 bytes of the PNG signature", "the end of the file after " + in.limit());
        }
        throw new NotPxiException(
                new Fault(file, "byte 0", "a PNG image", FileGuess.describe(in), FileGuess.remedy(in)));
    }

    private static boolean isCut(ByteBuffer in) {
        for (int i = 0; i < in.limit(); i++) {
            if (in.get(i) != (byte) (VALUE >>> (56 - 8 * i))) {
                return false;
            }
        }
        return true;
    }
}
