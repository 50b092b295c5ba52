package org.pixelllm.pxvm.cartridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Values;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

class CartridgeTest {

    private static final Manifest MANIFEST = new Manifest("test", "none", "Apache-2.0", Map.of("seed", "1"));

    /** Between the bytes that are changed behind the first pages, one at a time. */
    private static final int STRIDE = Boolean.getBoolean("pixelllm.long") ? 41 : 2_039;

    @TempDir
    private Path folder;

    private static Map<Integer, EncodedWeight> encoded(Program program, Weights weights) {
        Map<Integer, EncodedWeight> encoded = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            encoded.put(id, EncodedWeight.copyOf(weights.get(id)));
        }
        return encoded;
    }

    private Path write(Program program, Weights weights, long maxChunk) throws IOException {
        Path file = folder.resolve("model.pxi");
        CartridgeWriter.write(
                file, program, encoded(program, weights), CharacterTokenizer.PROTOCOL, MANIFEST, maxChunk);
        return file;
    }

    private Path write(Program program, Weights weights) throws IOException {
        return write(program, weights, PageFormat.MAX_CHUNK);
    }

    /** As an image tool would write the same picture: compressed, in another framing. */
    private Path reencode(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        File copy = folder.resolve("reencoded.pxi").toFile();
        ImageIO.write(image, "png", copy);
        return copy.toPath();
    }

    private static void assertSame(Cartridge cartridge, Program program, Weights weights) throws PxiException {
        assertThat(cartridge.program()).isEqualTo(program);
        assertThat(cartridge.tokenizer()).isEqualTo(CharacterTokenizer.PROTOCOL);
        assertThat(cartridge.manifest().name()).isEqualTo("test");
        for (int id : program.withRole(Role.WEIGHT)) {
            assertThat(cartridge.weights().get(id).decode())
                    .isEqualTo(weights.get(id).decode());
        }
    }

    @Test
    void holdsWhatWasWrittenMappedAndReencoded() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            Program program = RandomPrograms.of(seed);
            Weights weights = Values.random(program, seed);
            Path file = write(program, weights);
            String digest;
            try (Cartridge cartridge = Cartridge.open(file)) {
                assertThat(cartridge.isMapped()).isTrue();
                assertSame(cartridge, program, weights);
                digest = cartridge.digest();
            }
            try (Cartridge cartridge = Cartridge.open(reencode(file))) {
                assertThat(cartridge.isMapped()).isFalse();
                assertSame(cartridge, program, weights);
                assertThat(cartridge.digest()).isEqualTo(digest);
            }
        }
    }

    @Test
    void givesTheSameBitsMappedAndReencoded() throws IOException {
        Program program = program(257, 67);
        Path file = write(program, Values.random(program, 5));
        for (Executor executor : List.of(new ReferenceExecutor(), new SimdExecutor(1), new SimdExecutor(4))) {
            try (Cartridge mapped = Cartridge.open(file);
                    Cartridge decoded = Cartridge.open(reencode(file))) {
                assertThat(logits(executor, mapped)).isEqualTo(logits(executor, decoded));
            }
        }
    }

    private static float[] logits(Executor executor, Cartridge cartridge) {
        Machine machine = executor.load(cartridge.program(), cartridge.weights());
        float[] logits = new float[machine.program().vocabulary()];
        machine.step(Step.of(machine.newState(), new int[] {1, 2}), logits);
        return logits;
    }

    private static Program program(int vocabulary, int dim) throws PxiException {
        return Assembler.parse(
                """
                pxvm 1
                context 8
                input tokens ids [T]
                weight table u8 [V, D]
                weight out f32 [V, D]
                weight b f32 [V]
                scratch x f32 [T, D]
                scratch last f32 [R, D]
                output logits f32 [R, V]
                x = embed tokens table
                last = select x
                logits = matmul last out b
                """.replace("V", String.valueOf(vocabulary)).replace("D", String.valueOf(dim)), "program");
    }

    @Test
    void everyViewerDecodesItAndEveryRowIsAligned() throws IOException {
        Program program = program(1024, 130);
        Path file = write(program, Values.random(program, 1));
        BufferedImage image = ImageIO.read(file.toFile());
        Pixels own = PxiFiles.read(file, new PngLimits(1 << 15, 1 << 15, 1 << 28), 1 << 28)
                .pixels();
        assertThat(own.width()).isEqualTo(image.getWidth());
        for (int y = 0; y < own.height(); y++) {
            for (int x = 0; x < own.width(); x++) {
                assertThat(own.red(x, y) << 16 | own.green(x, y) << 8 | own.blue(x, y))
                        .isEqualTo(image.getRGB(x, y) & 0xFFFFFF);
            }
        }
        assertThat((double) own.height() / own.width()).isBetween(0.4, 2.5);
        try (Cartridge cartridge = Cartridge.open(file)) {
            for (WeightTensor tensor : cartridge.weights().tensors().values()) {
                for (int group = 0; group < tensor.groups().count(); group++) {
                    assertThat(tensor.groupOffset(group) % 64).isZero();
                }
            }
            assertThat(cartridge.pages().memory().address() % 64).isZero();
        }
    }

    @Test
    void theSameContentGivesTheSameBytes() throws IOException {
        Program program = RandomPrograms.of(9);
        byte[] first = Files.readAllBytes(write(program, Values.random(program, 9)));
        assertThat(Files.readAllBytes(write(program, Values.random(program, 9))))
                .isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(longs = {2_000, 10_000, 70_000})
    void largeImageDataContinuesInFurtherChunks(long maxChunk) throws IOException {
        Program program = program(999, 65);
        Weights weights = Values.random(program, 2);
        Path file = write(program, weights, maxChunk);
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.isMapped()).isTrue();
            assertThat(cartridge.pages().run()).isLessThan(cartridge.header().pages());
            assertSame(cartridge, program, weights);
        }
        assertThat(ImageIO.read(file.toFile()).getWidth()).isPositive();
        assertThat(CartridgeVerifier.verify(file)).anyMatch(line -> line.contains("chunks"));
    }

    @Test
    void aGroupLongerThanAnyPageIsCutAndRunsTheSame() throws IOException {
        Program program = program(3, 20_000);
        Weights weights = Values.random(program, 3);
        Path file = write(program, weights);
        try (Cartridge cartridge = Cartridge.open(file)) {
            int out = 2;
            assertThat(cartridge.weights().get(out).hasWholeGroups()).isFalse();
            assertSame(cartridge, program, weights);
            float[] simd = logits(new SimdExecutor(2), cartridge);
            float[] reference = logits(new ReferenceExecutor(), cartridge);
            for (int i = 0; i < simd.length; i++) {
                assertThat(simd[i]).isCloseTo(reference[i], Offset.offset(1e-4f));
            }
        }
    }

    private static Program withTable(Program program, String type) {
        return program.withWeightTypes(Map.of("table", Objects.requireNonNull(ElementType.ofWord(type))));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IDS")
    void everyTypeMayBeCut(ElementType type) throws IOException {
        Program program = withTable(program(3, 14_336), type.word());
        Weights weights = Values.random(program, 3);
        try (Cartridge cartridge = Cartridge.open(write(program, weights))) {
            assertThat(cartridge.weights().get(1).hasWholeGroups()).isFalse();
            assertSame(cartridge, program, weights);
        }
    }

    @Test
    void layoutsNeverOverlap() {
        for (long seed = 0; seed < 200; seed++) {
            Program program = RandomPrograms.of(seed);
            for (int payload : new int[] {4_416, 4_992, 8_064, 65_472}) {
                boolean[] taken =
                        new boolean[Math.toIntExact(Layout.of(program, payload).pages() * payload)];
                for (Layout.Place place : Layout.of(program, payload).places()) {
                    Groups groups = place.groups();
                    int pieces = place.groupsPerPage() > 0 ? 1 : groups.pieces(payload);
                    for (int group = 0; group < groups.count(); group++) {
                        for (int piece = 0; piece < pieces; piece++) {
                            long at = place.groupsPerPage() > 0
                                    ? (place.page() + group / place.groupsPerPage()) * payload
                                            + place.offset()
                                            + group % place.groupsPerPage() * groups.stride()
                                    : (place.page() + (long) group * pieces + piece) * payload;
                            int units = pieces == 1
                                    ? groups.units()
                                    : Math.min(
                                            groups.unitsOfPiece(payload),
                                            groups.units() - piece * groups.unitsOfPiece(payload));
                            for (int i = 0; i < units * groups.unitBytes(); i++) {
                                assertThat(taken[(int) at + i]).isFalse();
                                taken[(int) at + i] = true;
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void verifyNamesWhatIsChecked() throws IOException {
        Program program = RandomPrograms.of(4);
        Path file = write(program, Values.random(program, 4));
        assertThat(CartridgeVerifier.verify(file)).hasSize(8).anyMatch(line -> line.startsWith("tensor section"));
        assertThat(CartridgeVerifier.verify(reencode(file))).anyMatch(line -> line.contains("re-encoded"));
    }

    /** Every byte of the file matters: change any and opening or verifying says so. */
    @Test
    void noByteCanChangeUnnoticed() throws IOException {
        Program program = RandomPrograms.of(6);
        Path file = write(program, Values.random(program, 6));
        int size = (int) Files.size(file);
        for (int at = 0; at < size; at += at < 600 ? 1 : STRIDE) {
            flip(file, at);
            assertThatThrownBy(() -> CartridgeVerifier.verify(file))
                    .as("byte %d", at)
                    .isInstanceOf(PxiException.class)
                    .hasMessageStartingWith(file + "");
            flip(file, at);
        }
        CartridgeVerifier.verify(file);
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 0x10);
        }
    }

    @Test
    void alteredPixelsAreNoticedWhenASmallCartridgeIsOpened() throws IOException {
        Program program = program(64, 64);
        Path file = write(program, Values.random(program, 8));
        Pixels pixels = PxiFiles.read(file, new PngLimits(1 << 15, 1 << 15, 1 << 28), 1 << 28)
                .pixels();
        pixels.set(5, pixels.height() - 1, 1, 2, 3);
        Path altered = folder.resolve("altered.pxi");
        PxiFiles.write(altered, PngEncoder.encode(pixels, Map.of()));
        assertThatThrownBy(() -> Cartridge.open(altered))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("tensor section")
                .hasMessageContaining("altered");
    }

    @Test
    void truncationAtAnyPlaceIsNamed() throws IOException {
        Program program = RandomPrograms.of(12);
        Path file = write(program, Values.random(program, 12));
        byte[] bytes = Files.readAllBytes(file);
        Path cut = folder.resolve("cut.pxi");
        for (int length = 1; length < bytes.length; length += length < 300 ? 1 : 997) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Cartridge.open(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(TruncatedPxiException.class);
        }
        Files.write(cut, new byte[0]);
        assertThatThrownBy(() -> Cartridge.open(cut)).isInstanceOf(NotPxiException.class);
    }

    @Test
    void saysWhatIsNoCartridge() throws IOException {
        Path other = folder.resolve("other.pxi");
        PxiFiles.write(other, PngEncoder.encode(Pixels.black(200, 3), Map.of()));
        assertThatThrownBy(() -> Cartridge.open(other)).hasMessageContaining("pxCART");
        Files.writeString(other, "<html>");
        assertThatThrownBy(() -> Cartridge.open(other)).isInstanceOf(NotPxiException.class);
        assertThatThrownBy(() -> Cartridge.open(folder)).isInstanceOf(UnreadableFileException.class);
        assertThatThrownBy(() -> Cartridge.open(folder.resolve("none"))).isInstanceOf(UnreadableFileException.class);
    }

    @Test
    void aCartridgeWithoutTokenizerSaysSo() throws IOException {
        Program program = RandomPrograms.of(4);
        Path file = folder.resolve("mute.pxi");
        CartridgeWriter.write(file, program, encoded(program, Values.random(program, 4)), null, MANIFEST);
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.hasTokenizer()).isFalse();
            assertThatThrownBy(cartridge::tokenizer)
                    .isInstanceOf(ModelMismatchException.class)
                    .hasMessageContaining("token image");
        }
    }

    @Test
    void everyWidthGivesAlignedRows() {
        for (int width = PageFormat.MIN_WIDTH; width <= PageFormat.MAX_WIDTH; width++) {
            assertThat(PageFormat.pitch(width) % 64).isZero();
            assertThat(3 * width + 1).isLessThanOrEqualTo(65_535);
        }
        assertThat(PageFormat.frame(5456)).isEqualTo(16);
        assertThat(PageFormat.pitch(5456)).isEqualTo(16_384);
        assertThat(PageFormat.frame(4096)).isEqualTo(256);
        assertThat(PageFormat.breakGap() % 64).isZero();
    }

    @Test
    void theManifestKeepsItsOrderAndToleratesWhatItDoesNotKnow() throws PxiException {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("z", "1");
        provenance.put("a", "2");
        Manifest manifest = new Manifest("n", "f", "l", provenance);
        assertThat(Manifest.parse(manifest.toJson(), "m").provenance().keySet()).containsExactly("z", "a");
        assertThat(Manifest.parse("{\"name\": \"x\", \"later\": [1]}", "m").name())
                .isEqualTo("x");
        for (String bad : List.of("", "[]", "{", "{\"name\": {}}")) {
            assertThatThrownBy(() -> Manifest.parse(bad, "m")).isInstanceOf(InvalidContentException.class);
        }
        assertThat(manifest.licence()).isEqualTo("l");
    }
}
