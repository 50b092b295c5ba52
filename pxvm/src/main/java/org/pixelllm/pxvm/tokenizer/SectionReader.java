package org.pixelllm.pxvm.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Little-endian numbers and bytes of a tokenizer section, one after another. */
final class SectionReader {

    private final ByteBuffer bytes;

    SectionReader(byte[] section) {
        this.bytes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void require(long count, String what) {
        if (count > bytes.remaining()) {
            throw new InvalidTokenizerException(
                    "tokenizer section, " + what + " at byte " + bytes.position(),
                    count + " bytes",
                    bytes.remaining() + " bytes");
        }
    }

    int i32(String what) {
        require(Integer.BYTES, what);
        return bytes.getInt();
    }

    float f32(String what) {
        require(Float.BYTES, what);
        return bytes.getFloat();
    }

    int u16(String what) {
        require(Short.BYTES, what);
        return Short.toUnsignedInt(bytes.getShort());
    }

    int u8(String what) {
        require(1, what);
        return Byte.toUnsignedInt(bytes.get());
    }

    byte[] bytes(int count, String what) {
        require(count, what);
        byte[] read = new byte[count];
        bytes.get(read);
        return read;
    }

    /** A text in UTF-8 after its length in two bytes. */
    String text(String what) {
        byte[] read = bytes(u16(what), what);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidTokenizerException("tokenizer section, " + what, "text in UTF-8", "other bytes");
        }
    }

    /** A number of things that take at least this many bytes each, checked before memory is taken for them. */
    int count(long most, int bytesEach, String what) {
        int count = i32(what);
        if (count < 0 || count > most) {
            throw new InvalidTokenizerException(
                    "tokenizer section, " + what, "0 to " + most, String.valueOf(Integer.toUnsignedLong(count)));
        }
        require((long) count * bytesEach, what);
        return count;
    }

    /** Whether at least this many bytes are left. */
    boolean has(int count) {
        return bytes.remaining() >= count;
    }

    /** Checks that nothing is left. */
    void end() {
        if (bytes.hasRemaining()) {
            throw new InvalidTokenizerException(
                    "tokenizer section, byte " + bytes.position(), "its end", bytes.remaining() + " more bytes");
        }
    }
}
