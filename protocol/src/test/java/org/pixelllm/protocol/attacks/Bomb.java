package org.pixelllm.protocol.attacks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/** A true zlib stream of very many zeros, made without ever holding them. */
final class Bomb {

    private static final int PIECE = 1 << 20;
    private static final int ADLER_BASE = 65521;

    private Bomb() {}

    /** A sound zlib stream that inflates to {@code mebibytes} MiB of zeros, about a thousandth of that in size. */
    static byte[] ofZeros(int mebibytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[PIECE]);
        byte[] buffer = new byte[PIECE];
        // A full flush ends on a byte and refers to nothing before it: the same bytes can be said again and again.
        byte[] piece = Arrays.copyOf(buffer, deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH));
        deflater.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x78, (byte) 0xDA});
        for (int i = 0; i < mebibytes; i++) {
            out.writeBytes(piece);
        }
        out.writeBytes(new byte[] {3, 0}); // a last block, empty
        long zeros = (long) mebibytes * PIECE;
        out.writeBytes(ByteBuffer.allocate(4)
                .putInt((int) (zeros % ADLER_BASE << 16 | 1))
                .array());
        return out.toByteArray();
    }
}
