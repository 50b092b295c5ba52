package org.pixelllm.pxvm.cartridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.StateTooLargeException;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Values;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.Weights;

/**
 * Cartridges made by somebody who knows the format: bytes of the header and of the sections before the tensors are
 * changed and every checksum is set right again. Each is refused by name, or it is sound and runs.
 */
class HostileCartridgeTest {

    private static final int ROUNDS = Boolean.getBoolean("pixelllm.long") ? 1_500 : 300;
    private static final int MAX_WIDTH_TO_RUN = 5_000;

    @TempDir
    private Path folder;

    private final Random random = new Random(42);

    @Test
    void everyChangeIsRefusedOrHarmless() throws IOException {
        int refused = 0;
        int ran = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path file = forge(round % 20, round);
            try (Cartridge cartridge = Cartridge.open(file)) {
                cartridge.manifest();
                if (cartridge.hasTokenizer()) {
                    cartridge.tokenizer().encode("text");
                }
                run(cartridge);
                ran++;
            } catch (PxiException e) {
                assertThat(e).hasMessageStartingWith(file.toString());
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 3);
        assertThat(ran).isGreaterThan(10);
    }

    private static void run(Cartridge cartridge) {
        Program program = cartridge.program();
        if (program.tensors().stream().anyMatch(t -> t.columns() > MAX_WIDTH_TO_RUN)) {
            return;
        }
        for (Executor executor : new Executor[] {new ReferenceExecutor(), new SimdExecutor(1)}) {
            Machine machine = executor.load(program, cartridge.weights());
            try {
                machine.step(Step.of(machine.newState(), new int[] {0}), new float[program.vocabulary()]);
            } catch (StateTooLargeException e) {
                assertThat(e).hasMessageContaining("bytes");
            }
        }
    }

    private Path forge(long seed, int round) throws IOException {
        Program program = RandomPrograms.of(seed);
        Weights weights = Values.random(program, seed);
        Map<Integer, EncodedWeight> encoded = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            encoded.put(
                    id,
                    EncodedWeight.of(
                            tensor.type(), tensor.columns(), weights.get(id).decode()));
        }
        Path file = folder.resolve("sound.pxi");
        Manifest manifest = new Manifest("m", "f", "l", Map.of());
        CartridgeWriter.write(file, program, encoded, CharacterTokenizer.PROTOCOL, manifest);
        Pixels pixels = PxiFiles.read(file, new PngLimits(1 << 15, 1 << 15, 1 << 26), 1 << 26)
                .pixels();
        change(pixels, round);
        Path changed = folder.resolve("changed-" + round + ".pxi");
        PxiFiles.write(changed, PngEncoder.encode(pixels, Map.of()));
        return changed;
    }

    /** Changes a few bytes before the tensors, then sets the CRC-32C of every section and of the header right. */
    private void change(Pixels pixels, int round) {
        int payload = PageFormat.payload(pixels.width());
        int row = 3 * pixels.width();
        ByteBuffer header = ByteBuffer.wrap(pixels.rgb()).order(ByteOrder.LITTLE_ENDIAN);
        int kinds = Section.Kind.values().length;
        int target = round % kinds;
        int entry = Header.TABLE_OFFSET + target * Header.ENTRY_BYTES;
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at;
            if (target == kinds - 1) {
                at = Header.TABLE_OFFSET + random.nextInt(kinds * Header.ENTRY_BYTES);
            } else {
                int length = (int) header.getLong(entry + 8);
                int offset = random.nextInt(Math.max(1, length));
                at = (header.getInt(entry + 4) + offset / payload) * row + offset % payload;
            }
            byte value = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(8));
            pixels.rgb()[at] = value;
        }
        for (int kind = 0; kind < kinds; kind++) {
            int place = Header.TABLE_OFFSET + kind * Header.ENTRY_BYTES;
            long first = header.getInt(place + 4);
            long length = header.getLong(place + 8);
            if (first > 0 && length >= 0 && first + length / payload < pixels.height()) {
                header.putInt(place + 16, crc(pixels, (int) first, length, payload));
            }
        }
        CRC32C crc = new CRC32C();
        byte[] bytes = Arrays.copyOf(pixels.rgb(), Header.BYTES);
        crc.update(bytes, 0, Header.CRC_OFFSET);
        crc.update(bytes, Header.CRC_OFFSET + 4, bytes.length - Header.CRC_OFFSET - 4);
        header.putInt(Header.CRC_OFFSET, (int) crc.getValue());
    }

    private static int crc(Pixels pixels, int first, long length, int payload) {
        CRC32C crc = new CRC32C();
        int page = first;
        for (long left = length; left > 0; left -= payload) {
            crc.update(pixels.rgb(), 3 * page++ * pixels.width(), (int) Math.min(left, payload));
        }
        return (int) crc.getValue();
    }
}
