package org.pixelllm.pxvm.cartridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.executor.Values;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.Weights;

/** A cartridge is a picture first: what is refused of a picture is refused of it, whether or not it can be mapped. */
class PngLawTest {

    private static final int AFTER_HEADER = 33;

    @TempDir
    private Path folder;

    private byte[] sound = {};

    @BeforeEach
    void write() throws IOException {
        sound = Files.readAllBytes(written(PageFormat.MAX_CHUNK));
    }

    private Path written(long maxChunk) throws IOException {
        Program program = RandomPrograms.of(4);
        Weights weights = Values.random(program, 4);
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
        CartridgeWriter.write(file, program, encoded, CharacterTokenizer.PROTOCOL, manifest, maxChunk);
        return file;
    }

    private Path put(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("changed.pxi"), bytes);
    }

    private static byte[] chunk(String type, byte... data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        return ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    /** The sound file with a chunk put in, and one of 64 bytes less than a multiple of 64 after it, so that rows stay in place. */
    private byte[] with(int at, byte[] chunk) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(sound, 0, at);
        out.writeBytes(chunk);
        if (at == AFTER_HEADER) {
            out.writeBytes(chunk("pxAL", new byte[Math.floorMod(-chunk.length - 12, 64)]));
        }
        out.write(sound, at, sound.length - at);
        return out.toByteArray();
    }

    private void refused(byte[] bytes, String... words) throws IOException {
        Path file = put(bytes);
        assertThatThrownBy(() -> CartridgeVerifier.verify(file))
                .isInstanceOf(PxiException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(words);
        // The one that checks pictures says the same.
        assertThatThrownBy(() -> {
                    try (PngFile picture = PngFile.open(file, PngLimits.NONE, Long.MAX_VALUE)) {
                        picture.png().check(PngLimits.NONE);
                    }
                })
                .hasMessageContainingAll(words);
    }

    private void refusedWhenOpened(byte[] bytes, String... words) throws IOException {
        refused(bytes, words);
        Path file = put(bytes);
        assertThatThrownBy(() -> Cartridge.open(file).close()).hasMessageContainingAll(words);
    }

    @Test
    void theCasesChecksumIsWrong() throws Exception {
        Path file = Path.of(
                Objects.requireNonNull(getClass().getResource("/lie-adler.pxi")).toURI());
        assertThatThrownBy(() -> CartridgeVerifier.verify(file))
                .isInstanceOf(PxiException.class)
                .hasMessageContainingAll("chunk IDAT at byte", "checksum (Adler-32)", "another checksum");
        Cartridge.open(file).close(); // An Adler-32 needs every byte.
    }

    @Test
    void anAdler32IsChecked() throws IOException {
        int adler = sound.length - 12 - 4 - 4;
        byte[] bytes = sound.clone();
        bytes[adler] ^= 1;
        int data = data(bytes);
        CRC32 crc = new CRC32();
        crc.update(bytes, data - 4, adler + 4 - data + 4);
        ByteBuffer.wrap(bytes).putInt(adler + 4, (int) crc.getValue());
        refused(bytes, "Adler-32", "another checksum");
        Path file = put(bytes);
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.isMapped()).isTrue();
        }
    }

    /** Where the pixels' data begin. */
    private static int data(byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        int at = 8;
        while (bytes.getInt(at + 4) != 0x49444154) {
            at += 12 + bytes.getInt(at);
        }
        return at + 8;
    }

    @Test
    void aSecondHeaderIsRefused() throws IOException {
        byte[] header = Arrays.copyOfRange(sound, 8, AFTER_HEADER);
        refusedWhenOpened(with(AFTER_HEADER, header), "second IHDR");
    }

    @ParameterizedTest
    @CsvSource({
        "acTL,animation",
        "fcTL,animation",
        "fdAT,animation",
        "ABCD,unknown critical chunk",
        "IDOT,unknown critical"
    })
    void chunksThatChangeThePictureAreRefused(String type, String words) throws IOException {
        refusedWhenOpened(with(AFTER_HEADER, chunk(type, (byte) 0, (byte) 0, (byte) 0, (byte) 2)), words);
    }

    @ParameterizedTest
    @CsvSource({"acTL,animation", "IDAT,bytes left over", "ABCD,unknown critical chunk", "IHDR,second IHDR"})
    void nothingThatCountsStandsAfterThePixels(String type, String words) throws IOException {
        refusedWhenOpened(with(sound.length - 12, chunk(type, (byte) 'a', (byte) 0, (byte) 'b')), words);
    }

    /** A picture may have a note there; one that has is decoded. */
    @ParameterizedTest
    @ValueSource(strings = {"tEXt", "pxAL"})
    void aNoteMayStandAfterThePixels(String type) throws IOException {
        Path file = put(with(sound.length - 12, chunk(type, (byte) 'a', (byte) 0, (byte) 'b')));
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.isMapped()).isFalse();
        }
        CartridgeVerifier.verify(file);
    }

    @Test
    void aColourKeyThatPixelsMatchIsRefusedAndOneThatNoneDoesIsNot() throws IOException {
        refusedWhenOpened(with(AFTER_HEADER, chunk("tRNS", new byte[6])), "tRNS", "translucent");
        byte[] rare = {0, 1, 0, 2, 0, 3};
        Path file = put(with(AFTER_HEADER, chunk("tRNS", rare)));
        CartridgeVerifier.verify(file);
    }

    @Test
    void aNoteIsNoReasonNotToMap() throws IOException {
        Path file = put(with(AFTER_HEADER, chunk("tEXt", (byte) 'a', (byte) 0, (byte) 'b')));
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.isMapped()).isTrue();
        }
        CartridgeVerifier.verify(file);
        byte[] brokenNote = with(AFTER_HEADER, chunk("tEXt", (byte) 'a'));
        refused(brokenNote, "keyword");
    }

    /** Each further chunk of pixels begins where the rows say, or the file is not mapped. */
    @Test
    void chunksOfPixelsAreLookedAtWhenACartridgeIsOpened() throws IOException {
        byte[] cut = Files.readAllBytes(written(20_000));
        ByteBuffer bytes = ByteBuffer.wrap(cut);
        int second = data(cut) + bytes.getInt(data(cut) - 8) + 4;
        assertThat(bytes.getInt(second + 4)).isEqualTo(0x49444154);
        bytes.putInt(second + 4, 0x49444155); // IDAU: unknown, critical
        CRC32 crc = new CRC32();
        crc.update(cut, second + 4, bytes.getInt(second) + 4);
        bytes.putInt(second + 8 + bytes.getInt(second), (int) crc.getValue());
        refusedWhenOpened(cut, "unknown critical chunk");
    }
}
