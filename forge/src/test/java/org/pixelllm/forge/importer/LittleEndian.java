package org.pixelllm.forge.importer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes test files. */
public final class LittleEndian {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public LittleEndian u8(int value) {
        out.write(value);
        return this;
    }

    public LittleEndian u16(int value) {
        return u8(value).u8(value >> 8);
    }

    public LittleEndian u32(long value) {
        return u16((int) value).u16((int) (value >> 16));
    }

    public LittleEndian u64(long value) {
        return u32(value).u32(value >> 32);
    }

    public LittleEndian f32(float value) {
        return u32(Float.floatToRawIntBits(value));
    }

    public LittleEndian bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public LittleEndian string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u64(bytes.length).bytes(bytes);
    }

    public LittleEndian zerosTo(int multiple) {
        while (out.size() % multiple != 0) {
            u8(0);
        }
        return this;
    }

    public int size() {
        return out.size();
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }
}
