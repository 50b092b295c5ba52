package org.pixelllm.forge.importer.llama2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.forge.importer.LittleEndian;
import org.pixelllm.forge.importer.Reference;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;

class Llama2cFileTest {

    private static final int DIM = 8;
    private static final int HIDDEN = 6;
    private static final int LAYERS = 2;
    private static final int HEADS = 2;
    private static final int KV_HEADS = 1;
    private static final int VOCABULARY = 5;
    private static final int CONTEXT = 3;

    /** Floats before the classifier: embedding, two layers, norm, two tables of angles. */
    private static final int FLOATS = 40 + LAYERS * (8 + 64 + 32 + 32 + 64 + 8 + 48 + 48 + 48) + 8 + 2 * CONTEXT * 2;

    @TempDir
    private Path folder;

    private static int[] header() {
        return new int[] {DIM, HIDDEN, LAYERS, HEADS, KV_HEADS, VOCABULARY, CONTEXT};
    }

    /** The floats count up from 0. */
    private static byte[] bytes(int[] header, int floats) {
        LittleEndian to = new LittleEndian();
        for (int field : header) {
            to.u32(field);
        }
        for (int i = 0; i < floats; i++) {
            to.f32(i);
        }
        return to.toBytes();
    }

    private Llama2cFile open(byte[] bytes) throws IOException {
        Path file = folder.resolve("spoilt.bin");
        Files.write(file, bytes);
        return Llama2cFile.open(file);
    }

    @Test
    void tensorsStandInTheOrderOfRunC() throws IOException {
        try (Llama2cFile file = open(bytes(header(), FLOATS))) {
            assertThat(file.settings().ownClassifier()).isFalse();
            assertThat(file.settings().headSize()).isEqualTo(4);
            assertThat(file.values("tok_embeddings.weight")).startsWith(0, 1, 2).hasSize(40);
            assertThat(file.values("layers.1.attention_norm.weight")[0]).isEqualTo(40 + 8);
            assertThat(file.values("layers.0.attention.wq.weight")[0]).isEqualTo(56);
            assertThat(file.values("layers.1.attention.wk.weight")).hasSize(32).startsWith(56 + 128 + 32);
            assertThat(file.values("layers.0.feed_forward.w2.weight")[0]).isEqualTo(56 + 128 + 128 + 128 + 16 + 96);
            assertThat(file.tensors()).doesNotContainKey("output.weight");
            assertThat(Objects.requireNonNull(file.tensors().get("layers.0.feed_forward.w2.weight"))
                            .shape())
                    .containsExactly(DIM, HIDDEN);
        }
        int[] own = header();
        own[5] = -VOCABULARY;
        try (Llama2cFile file = open(bytes(own, FLOATS + 40))) {
            assertThat(file.settings().ownClassifier()).isTrue();
            assertThat(file.settings().vocabulary()).isEqualTo(VOCABULARY);
            assertThat(file.values("output.weight")).startsWith(FLOATS).hasSize(40);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, dim",
        "0, -8, dim",
        "0, 2147483647, dim",
        "1, 0, hidden_dim",
        "1, -2147483648, hidden_dim",
        "2, 0, n_layers",
        "2, 2147483647, n_layers",
        "3, 0, n_heads",
        "3, 3, n_heads",
        "3, 8, n_heads",
        "4, 0, n_kv_heads",
        "4, 3, n_kv_heads",
        "5, 0, vocab_size",
        "5, -2147483648, vocab_size",
        "5, 2147483647, vocab_size",
        "6, 0, seq_len",
        "6, 2147483647, seq_len",
        "6, 2, end of the file",
        "5, 4, end of the file"
    })
    void refusesSettingsThatCannotBe(int field, int value, String word) {
        int[] header = header();
        header[field] = value;
        assertThatThrownBy(() -> open(bytes(header, FLOATS)).close())
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("spoilt.bin")
                .hasMessageContaining(word);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 65536, tok_embeddings.weight",
        "1, 262144, feed_forward.w1.weight",
        "2, 1024, layers",
        "5, 16777216, tok_embeddings.weight",
        "5, -5, output.weight",
        "6, 16777216, freq_cis_real"
    })
    void namesTheTensorThatTheFileIsTooShortFor(int field, int value, String word) {
        int[] header = header();
        header[field] = value;
        assertThatThrownBy(() -> open(bytes(header, FLOATS)).close())
                .isInstanceOf(TruncatedPxiException.class)
                .hasMessageContaining("spoilt.bin")
                .hasMessageContaining(word);
    }

    @Test
    void refusesLaterVersionsAndOtherLengths() {
        int[] later = header();
        later[0] = 0x616b3432;
        later[1] = 2;
        assertThatThrownBy(() -> open(bytes(later, FLOATS)).close())
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContaining("version 2");
        byte[] whole = bytes(header(), FLOATS);
        assertThatThrownBy(() -> open(Arrays.copyOf(whole, whole.length + 1)).close())
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("end of the file");
        for (int length = 0; length < whole.length; length += length < 40 ? 1 : 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> open(cut).close())
                    .as("%d bytes", length)
                    .isInstanceOf(TruncatedPxiException.class);
        }
    }

    @Test
    void theReferenceModelIsRead() throws PxiException {
        try (Llama2cFile file = Llama2cFile.open(Reference.path("llama2c/stories260K.bin"))) {
            assertThat(file.settings()).isEqualTo(new Llama2cFile.Settings(64, 172, 5, 8, 4, 512, 512, false));
            assertThat(file.tensors()).hasSize(1 + 5 * 9 + 1 + 2);
            file.require("layers.4.attention.wk.weight", List.of(32, 64));
            file.require("layers.4.feed_forward.w2.weight", List.of(64, 172));
            // The tables are known: cosines and sines of position · 10000^(−2i / head size).
            float[] cos = file.values("freq_cis_real");
            float[] sin = file.values("freq_cis_imag");
            for (int position = 0; position < 512; position++) {
                for (int i = 0; i < 4; i++) {
                    double angle = position * Math.pow(10_000, -i / 4.0);
                    assertThat((double) cos[position * 4 + i]).isCloseTo(Math.cos(angle), Offset.offset(1e-4));
                    assertThat((double) sin[position * 4 + i]).isCloseTo(Math.sin(angle), Offset.offset(1e-4));
                }
            }
            // A trained norm's gains are near 1 or so; were the order wrong, these would be a matrix's small values.
            assertThat(file.values("norm.weight")).hasSize(64);
            for (float gain : file.values("norm.weight")) {
                assertThat(gain).isBetween(0.1f, 20f);
            }
        }
    }
}
