package org.pixelllm.pxvm.cartridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** What is written is read: at every limit of the writer, and beyond it nothing is written. */
class WritersLimitsTest {

    private static final int MOST_IDS = 1 << 19;

    @TempDir
    private Path folder;

    private static Program program(int vocabulary) throws IOException {
        return Assembler.parse("""
                pxvm 1
                context 4
                input tokens ids [T]
                weight table u8 [%1$d, 1]
                scratch x f32 [T, 1]
                scratch last f32 [R, 1]
                output logits f32 [R, %1$d]
                x = embed tokens table
                last = select x
                logits = matmul last table _
                """.formatted(vocabulary), "test");
    }

    private Path write(Program program, @Nullable Tokenizer tokenizer, String name) throws IOException {
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            weights.put(id, EncodedWeight.of(ElementType.U8, tensor.columns(), new float[(int) tensor.elements()]));
        }
        Path file = folder.resolve("model.pxi");
        CartridgeWriter.write(file, program, weights, tokenizer, new Manifest(name, "none", "MIT", Map.of()));
        return file;
    }

    private void assertRefused(Program program, @Nullable Tokenizer tokenizer, String name, String words) {
        assertThatThrownBy(() -> write(program, tokenizer, name))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("model.pxi: ")
                .hasMessageContaining(words);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void asManyIdsAsTheImagesCanName() throws IOException {
        assertRefused(program(MOST_IDS + 1), null, "m", "at most 524288 token ids");
        Path file = write(program(MOST_IDS), null, "m");
        assertThat(CartridgeVerifier.verify(file)).isNotEmpty();
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.program().vocabulary()).isEqualTo(MOST_IDS);
        }
    }

    @Test
    void aNameUpToTheManifestsEnd() throws IOException {
        Program program = program(8);
        int rest = new Manifest("", "none", "MIT", "none", Map.of(), List.of("table u8 [8, 1]"), null)
                .toJson()
                .getBytes(StandardCharsets.UTF_8)
                .length;
        String longest = "n".repeat(Manifest.MAX_BYTES - rest);
        assertRefused(program, null, longest + "n", "at most " + Manifest.MAX_BYTES + " bytes");
        assertRefused(program, null, "é".repeat(1 << 20), "at most " + Manifest.MAX_BYTES + " bytes");
        Path file = write(program, null, longest);
        assertThat(CartridgeVerifier.verify(file)).isNotEmpty();
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.manifest().name()).isEqualTo(longest);
        }
    }

    private static ScoredBpeTokenizer tokenizer(int count, int pieceBytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pieces.add("%0".concat(pieceBytes + "d").formatted(i).getBytes(StandardCharsets.UTF_8));
        }
        int[] types = Collections.nCopies(count, 1).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        types[0] = 2;
        return ScoredBpeTokenizer.of(pieces, new float[count], types, -1, -1, Set.of());
    }

    @Test
    void piecesOfTheGreatestLengthAndAsManyEndTokensAsMayBe() throws IOException {
        Program program = program(300);
        ScoredBpeTokenizer longest = tokenizer(300, 512);
        List<Integer> ends = new ArrayList<>();
        for (int id = 0; id < 256; id++) {
            ends.add(id);
        }
        Path file = write(program, longest.withEnds(ends), "m");
        assertThat(CartridgeVerifier.verify(file)).isNotEmpty();
        try (Cartridge cartridge = Cartridge.open(file)) {
            assertThat(cartridge.tokenizer().toBytes())
                    .isEqualTo(longest.withEnds(ends).toBytes());
        }
        assertThatThrownBy(() -> tokenizer(300, 513)).hasMessageContaining("at most 512 bytes");
        ends.add(256);
        assertThatThrownBy(() -> longest.withEnds(ends)).hasMessageContaining("at most 256");
    }
}
