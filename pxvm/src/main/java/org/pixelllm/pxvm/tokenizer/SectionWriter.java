package org.pixelllm.pxvm.tokenizer;

import java.io.ByteArrayOutputStream;

/** Little-endian numbers and bytes, as {@link SectionReader} reads them. */
final class SectionWriter {

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

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
