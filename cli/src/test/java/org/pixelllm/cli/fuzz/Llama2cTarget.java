package org.pixelllm.cli.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A llama2.c checkpoint and its tokenizer.bin: two bytes for the length of the checkpoint, low first, then both. Without a
 * second part the checkpoint has no tokenizer beside it.
 */
final class Llama2cTarget implements FuzzTarget {

    private static final int DIM = 8;
    private static final int HIDDEN = 12;
    private static final int HEADS = 2;
    private static final int VOCABULARY = 261;
    private static final int CONTEXT = 8;

    @Override
    public List<byte[]> seeds() {
        return List.of(seed(true), seed(false));
    }

    private static byte[] seed(boolean tokenizer) {
        int floats = VOCABULARY * DIM + 2 * DIM + 4 * DIM * DIM + 3 * DIM * HIDDEN + DIM + CONTEXT * DIM / HEADS;
        ByteBuffer model = ByteBuffer.allocate(28 + 4 * floats).order(ByteOrder.LITTLE_ENDIAN);
        for (int each : new int[] {DIM, HIDDEN, 1, HEADS, HEADS, VOCABULARY, CONTEXT}) {
            model.putInt(each);
        }
        for (int i = 0; i < floats; i++) {
            model.putFloat((i % 13 - 6) / 10f);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(model.capacity());
        out.write(model.capacity() >> 8);
        out.writeBytes(model.array());
        if (tokenizer) {
            out.writeBytes(little(7));
            for (int id = 0; id < VOCABULARY; id++) {
                String piece =
                        id < 3 ? "<" + id + ">" : id < 259 ? "<0x%02X>".formatted(id - 3) : "ab".repeat(id - 258);
                out.writeBytes(little(Float.floatToRawIntBits(-id)));
                out.writeBytes(little(piece.length()));
                out.writeBytes(piece.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static byte[] little(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws IOException {
        if (input.length < 2) {
            return false;
        }
        int length = Math.min(input.length - 2, (input[0] & 0xFF) | (input[1] & 0xFF) << 8);
        Path model = Files.createDirectories(folder.resolve("llama2c")).resolve("model.bin");
        Files.write(model, Arrays.copyOfRange(input, 2, 2 + length));
        @Nullable Path tokenizer = null;
        if (length < input.length - 2) {
            tokenizer =
                    Files.write(folder.resolve("tokenizer.bin"), Arrays.copyOfRange(input, 2 + length, input.length));
        }
        return ImportTarget.accepts(model, tokenizer, folder);
    }
}
