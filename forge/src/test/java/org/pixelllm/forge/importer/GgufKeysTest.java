package org.pixelllm.forge.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;

/** What the keys of a GGUF file say besides shapes: what cannot be followed is refused, what is implied is done. */
class GgufKeysTest {

    private static final Path CASES = Path.of(System.getProperty("pixelllm.root"), "forge/src/test/resources/cases");

    @TempDir
    private Path folder;

    private static GgufEdits scored() throws IOException {
        return new GgufEdits(CASES.resolve("spm-control.gguf"));
    }

    private static GgufEdits bytes() throws IOException {
        return new GgufEdits(CASES.resolve("bpe-no-impossible-bytes.gguf"));
    }

    private record Read(Tokenizer tokenizer, List<String> notes) {}

    private Read read(Path file) throws IOException {
        try (Imported imported = Importer.open(file, null)) {
            Tokenizer tokenizer = Objects.requireNonNull(imported.model().tokenizer());
            // As it comes out of a cartridge.
            return new Read(Tokenizers.read(tokenizer.toBytes(), "section"), imported.notes());
        }
    }

    private Read read(GgufEdits edits) throws IOException {
        return read(edits.write(folder.resolve("model.gguf")));
    }

    @Test
    void controlTokensOfASentencePieceVocabularyAreFoundInAText() throws IOException {
        Tokenizer tokenizer = read(CASES.resolve("spm-control.gguf")).tokenizer;
        assertThat(tokenizer.encode("<|user|>hi</s>")).containsExactly(1, 3, 354, 331, 332, 2);
    }

    @Test
    void bytesThatUtf8NeverHasNeedNoPiece() throws IOException {
        Tokenizer tokenizer = read(CASES.resolve("bpe-no-impossible-bytes.gguf")).tokenizer;
        String text = "aé€😀\u0000\uFFFF";
        assertThat(TextDecoder.text(tokenizer, tokenizer.encode(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "rope.scaling.attn_factor, 1.5",
        "logit_scale, 0.25",
        "attention.scale, 0.1",
        "attention.clamp_kqv, 8",
        "attention.max_alibi_bias, 8",
        "residual_scale, 0.22",
        "embedding_scale, 12",
        "attn_logit_softcapping, 50",
        "final_logit_softcapping, 30",
        "expert_used_count, 2",
        "rope.freq_base_swa, 10000",
        "something_new, 1",
    })
    void aKeyThatIsNotFollowedIsRefused(String key, float value) throws IOException {
        GgufEdits edits = scored();
        if (key.startsWith("expert")) {
            edits.whole("llama." + key, (int) value);
        } else {
            edits.real("llama." + key, value);
        }
        Path file = edits.write(folder.resolve("odd.gguf"));
        assertThatThrownBy(() -> Importer.open(file, null))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("odd.gguf: metadata llama." + key)
                .hasMessageContaining("only keys that this family follows");
    }

    @Test
    void aModelThatLooksAheadIsRefused() throws IOException {
        Path file = scored().flag("llama.attention.causal", false).write(folder.resolve("odd.gguf"));
        assertThatThrownBy(() -> Importer.open(file, null))
                .hasMessageContaining(
                        "metadata llama.attention.causal: expected only keys that this family follows, or this"
                                + " one as true, found the flag false");
        Path list = scored().put(
                        "llama.attention.sliding_window_pattern",
                        to -> to.u32(9).u32(7).u64(1).u8(1))
                .write(folder.resolve("list.gguf"));
        assertThatThrownBy(() -> Importer.open(list, null)).hasMessageContaining("sliding_window_pattern");
    }

    @Test
    void keysThatChangeNothingAreNoReasonToRefuse() throws IOException {
        GgufEdits edits = scored().real("llama.rope.scaling.attn_factor", 1)
                .real("llama.logit_scale", 0)
                .real("llama.attention.clamp_kqv", 0)
                .whole("llama.expert_count", 0)
                .whole("llama.expert_used_count", 0)
                .whole("llama.vocab_size", 355)
                .text("llama.tensor_data_layout", "Meta AI original pth")
                .flag("llama.attention.causal", true)
                .flag("llama.rope.scaling.finetuned", false)
                .whole("llama.rope.scaling.original_context_length", 64)
                .text("other.unknown", "of another architecture");
        assertThat(read(edits).notes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-bpe", "falcon3", "tekken", "llama3", "pixtral"})
    void whatThePreTokenizerImpliesIsPutBeforeATextUnlessTheFileSaysOtherwise(String pre) throws IOException {
        String key = "tokenizer.ggml.add_bos_token";
        GgufEdits edits = bytes().text("tokenizer.ggml.pre", pre).whole("tokenizer.ggml.bos_token_id", 7);
        assertThat(read(edits).tokenizer.encode("a")).hasSize(2).startsWith(7);
        assertThat(read(edits.flag(key, false)).tokenizer.encode("a")).hasSize(1);
        assertThat(read(edits.text("tokenizer.ggml.pre", "gpt-2").remove(key))
                        .tokenizer
                        .encode("a"))
                .hasSize(1);
        assertThat(read(edits.flag(key, true)).tokenizer.encode("a")).startsWith(7);
    }

    @Test
    void aMissingPreTokenizerIsSaid() throws IOException {
        assertThat(read(bytes()).notes).isEmpty();
        assertThat(read(bytes().remove("tokenizer.ggml.pre")).notes)
                .singleElement()
                .asString()
                .contains("model.gguf: metadata tokenizer.ggml.pre is missing", "as GPT-2");
        assertThat(read(scored().remove("tokenizer.ggml.pre")).notes).isEmpty();
        assertThat(read(scored().flag("tokenizer.ggml.add_eos_token", true)).notes)
                .singleElement()
                .asString()
                .contains("add_eos_token is not followed");
    }

    @Test
    void endsOfATurnEndATextToo() throws IOException {
        Tokenizer plain = read(bytes()).tokenizer;
        assertThat(plain.isEnd(0)).isTrue();
        assertThat(plain.isEnd(5)).isFalse();
        assertThat(plain.isEnd(Tokenizer.NO_TOKEN)).isFalse();
        Tokenizer more =
                read(bytes().whole("tokenizer.ggml.eot_token_id", 5).whole("tokenizer.ggml.eom_token_id", 9)).tokenizer;
        for (int id : new int[] {0, 5, 9}) {
            assertThat(more.isEnd(id)).isTrue();
        }
        assertThat(more.isEnd(6)).isFalse();
        assertThat(read(scored().whole("tokenizer.ggml.eot_token_id", 3))
                        .tokenizer
                        .isEnd(3))
                .isTrue();
    }

    @Test
    void aSentencePieceVocabularyHasItsUsualMarksWhereTheFileNamesNone() throws IOException {
        Tokenizer tokenizer =
                read(scored().remove("tokenizer.ggml.bos_token_id").remove("tokenizer.ggml.eos_token_id")).tokenizer;
        assertThat(tokenizer.encode("hi")).startsWith(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
    }
}
