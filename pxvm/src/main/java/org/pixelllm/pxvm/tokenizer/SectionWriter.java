package org.pixelllm.pxvm.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Little-endian numbers and bytes, as {@link SectionReader} reads them. */
final class SectionWriter {

    private static final int MAX_TEXT_BYTES = 0xFFFF;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    SectionWriter i32(int value) {
        return u16(value).u16(value >>> 16);
    }

    SectionWriter f32(float value) {
        return i32(Float.floatToRawIntBits(value));
    }

    SectionWriter u16(int value) {
        return u8(value).u8(value >>> 8);
    }

    SectionWriter u8(int value) {
        bytes.write(value);
        return this;
    }

    SectionWriter bytes(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    SectionWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_TEXT_BYTES) {
            throw new InvalidTokenizerException(
                    "a text of the tokenizer", "at most " + MAX_TEXT_BYTES + " bytes", String.valueOf(utf8.length));
        }
        return u16(utf8.length).bytes(utf8);
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
