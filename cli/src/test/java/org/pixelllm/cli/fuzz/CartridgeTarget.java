package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.CartridgeVerifier;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

/**
 * A cartridge whose pages are any bytes and whose sums are right: magic, number of pages, the CRC-32C of each section and of
 * the header. It is refused with a {@link PxiException}, or it opens, and what its program computes is within its tensors.
 */
final class CartridgeTarget implements FuzzTarget {

    private static final int WIDTH = 208;
    private static final int PAYLOAD = 3 * WIDTH / 64 * 64;
    private static final int TABLE = 64;
    private static final int ENTRY = 56;
    private static final int SECTIONS = 5;
    private static final int HEADER = TABLE + SECTIONS * ENTRY;
    private static final int CRC = 28;
    private static final byte[] MAGIC = {'p', 'x', 'C', 'A', 'R', 'T', 0, 1, 2, 0, 0, 0, SECTIONS, 0, 0, 0};

    private static final String PROGRAM = """
            pxvm 1
            context 8
            input tokens ids [T]
            weight table q8 [9, 32]
            weight gain f32 [32]
            weight q f16 [32, 32]
            weight out u8 [9, 32]
            scratch x f32 [T, 32]
            scratch normed f32 [T, 32]
            scratch queries f32 [T, 32]
            scratch turned f32 [T, 32]
            scratch mixed f32 [T, 32]
            scratch last f32 [R, 32]
            state keys f32 [8, 32]
            state values f32 [8, 32]
            output logits f32 [R, 9]
            x = embed tokens table
            normed = rmsnorm x gain epsilon=1.0E-5
            queries = matmul normed q _
            mixed = attention queries normed x keys values heads=2 kv_heads=2 scale=0.25 window=0 softcap=0.0
            last = select mixed
            logits = matmul last out _
            """.replace("scratch turned f32 [T, 32]\n", "");

    @Override
    public List<byte[]> seeds() throws IOException {
        Program program = Assembler.parse(PROGRAM, "seed");
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i % 17 - 8) / 8f;
            }
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), values));
        }
        Path file = Files.createTempFile("seed", ".pxi");
        Manifest manifest = new Manifest("m", "f", "l", Map.of("a", "b"));
        CartridgeWriter.write(file, program, weights, new CharacterTokenizer(9), manifest);
        try (PngFile png = PngFile.open(file, PngLimits.LARGEST, Long.MAX_VALUE)) {
            assertThat(png.png().width()).isEqualTo(WIDTH);
            byte[] pages = new byte[PAYLOAD * png.png().height()];
            png.png().read((y, row) -> System.arraycopy(row, 0, pages, y * PAYLOAD, PAYLOAD));
            return List.of(pages);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws IOException {
        int pages = Math.max(1, Math.ceilDiv(input.length, PAYLOAD));
        byte[] all = Arrays.copyOf(input, pages * PAYLOAD);
        mend(all, pages);
        Pixels pixels = Pixels.black(WIDTH, pages);
        for (int y = 0; y < pages; y++) {
            System.arraycopy(all, y * PAYLOAD, pixels.rgb(), 3 * WIDTH * y, PAYLOAD);
        }
        Path file = Files.write(folder.resolve("cartridge.pxi"), PngEncoder.encode(pixels, Map.of()));
        boolean opened = false;
        try (Cartridge cartridge = Cartridge.open(file)) {
            opened = true;
            Running.check(cartridge);
        } catch (PxiException e) {
            assertThat(e).hasMessageStartingWith(file.toString()).hasMessageContaining(": expected ");
        }
        try {
            CartridgeVerifier.verify(file);
        } catch (PxiException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
        }
        return opened;
    }

    private static void mend(byte[] pages, int count) {
        ByteBuffer bytes = ByteBuffer.wrap(pages).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, MAGIC).putLong(MAGIC.length, count);
        for (int section = 0; section < SECTIONS; section++) {
            int at = TABLE + section * ENTRY;
            long first = bytes.getInt(at + 4);
            long length = bytes.getLong(at + 8);
            if (first > 0 && length >= 0 && length <= pages.length && first * PAYLOAD + length <= pages.length) {
                CRC32C crc = new CRC32C();
                crc.update(pages, (int) first * PAYLOAD, (int) length);
                bytes.putInt(at + 16, (int) crc.getValue());
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(pages, 0, CRC);
        crc.update(pages, CRC + 4, HEADER - CRC - 4);
        bytes.putInt(CRC, (int) crc.getValue());
    }
}
