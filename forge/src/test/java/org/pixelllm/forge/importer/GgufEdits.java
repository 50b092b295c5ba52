package org.pixelllm.forge.importer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A GGUF file whose keys can be added, changed and removed. */
final class GgufEdits {

    private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private final ByteBuffer from;
    private final Map<String, byte[]> keys = new LinkedHashMap<>(); // type and value, as they stand
    private final long tensors;
    private final byte[] declarations;
    private final byte[] data;

    /** Reads a file of alignment 32. */
    GgufEdits(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(8);
        tensors = from.getLong();
        long count = from.getLong();
        for (long i = 0; i < count; i++) {
            String name = string();
            int start = from.position();
            skip(from.getInt());
            keys.put(name, Arrays.copyOfRange(bytes, start, from.position()));
        }
        int start = from.position();
        for (long i = 0; i < tensors; i++) {
            string();
            int rank = from.getInt();
            from.position(from.position() + 8 * rank + 4 + 8);
        }
        declarations = Arrays.copyOfRange(bytes, start, from.position());
        data = Arrays.copyOfRange(bytes, (from.position() + 31) / 32 * 32, bytes.length);
    }

    private String string() {
        byte[] bytes = new byte[(int) from.getLong()];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void skip(int type) {
        if (type == 8) {
            string();
        } else if (type == 9) {
            int element = from.getInt();
            long count = from.getLong();
            for (long i = 0; i < count; i++) {
                skip(element);
            }
        } else {
            from.position(from.position() + BYTES[type]);
        }
    }

    GgufEdits remove(String key) {
        keys.remove(key);
        return this;
    }

    GgufEdits put(String key, Consumer<LittleEndian> typeAndValue) {
        LittleEndian to = new LittleEndian();
        typeAndValue.accept(to);
        keys.put(key, to.toBytes());
        return this;
    }

    GgufEdits whole(String key, int value) {
        return put(key, to -> to.u32(4).u32(value));
    }

    GgufEdits real(String key, float value) {
        return put(key, to -> to.u32(6).f32(value));
    }

    GgufEdits flag(String key, boolean value) {
        return put(key, to -> to.u32(7).u8(value ? 1 : 0));
    }

    GgufEdits text(String key, String value) {
        return put(key, to -> to.u32(8).string(value));
    }

    Path write(Path file) throws IOException {
        LittleEndian to = new LittleEndian();
        to.u32(0x46554747).u32(3).u64(tensors).u64(keys.size());
        keys.forEach((name, value) -> to.string(name).bytes(value));
        to.bytes(declarations).zerosTo(32).bytes(data);
        return Files.write(file, to.toBytes());
    }
}
