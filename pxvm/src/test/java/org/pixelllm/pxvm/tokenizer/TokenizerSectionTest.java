package org.pixelllm.pxvm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;

/** Tokenizers as a cartridge has them, and what a hostile cartridge may say instead. */
class TokenizerSectionTest {

    private static final String FILE = "hostile.pxi";
    private static final int BYTE_PIECES = 256;

    /** Unknown, BOS, EOS, the bytes, then letters and a few joined ones. */
    static ScoredBpeTokenizer scored() {
        List<String> pieces = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int value = 0; value < BYTE_PIECES; value++) {
            pieces.add("<0x%02X>".formatted(value));
        }
        pieces.addAll(List.of("▁", "a", "b", "é", "ab", "▁a", "ba", "[tool]"));
        float[] scores = new float[pieces.size()];
        int[] types = new int[pieces.size()];
        for (int id = 0; id < types.length; id++) {
            PieceType type = id == 0
                    ? PieceType.UNKNOWN
                    : id < 3 ? PieceType.CONTROL : id < 259 ? PieceType.BYTE : PieceType.NORMAL;
            types[id] = type.code();
            scores[id] = -id;
        }
        types[types.length - 1] = PieceType.USER_DEFINED.code();
        return ScoredBpeTokenizer.of(pieces.toArray(String[]::new), scores, types, 1, 2, true, true);
    }

    static ByteBpeTokenizer byteLevel() {
        List<String> tokens = new ArrayList<>();
        for (int value = 0; value < BYTE_PIECES; value++) {
            boolean visible = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            int shifted = value <= ' ' ? value : value <= 0xA0 ? value - 0x7F + 33 : 67;
            tokens.add(Character.toString(visible ? value : 0x100 + shifted));
        }
        tokens.addAll(List.of("ab", "Ġab", "<|end|>"));
        int[] types = new int[tokens.size()];
        Arrays.fill(types, PieceType.NORMAL.code());
        types[types.length - 1] = PieceType.CONTROL.code();
        String[] merges = {"a b", "Ġ ab"};
        return ByteBpeTokenizer.of(tokens.toArray(String[]::new), merges, types, "gpt-2", -1, types.length - 1, false);
    }

    static List<Tokenizer> tokenizers() {
        return List.of(CharacterTokenizer.PROTOCOL, scored(), byteLevel());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void comesBackTheSame(Tokenizer tokenizer) throws PxiException {
        Tokenizer read = Tokenizers.read(tokenizer.toBytes(), FILE);
        assertThat(read.toBytes()).isEqualTo(tokenizer.toBytes());
        assertThat(read.name()).isEqualTo(tokenizer.name());
        assertThat(read.vocabulary()).isEqualTo(tokenizer.vocabulary());
        assertThat(read.bos()).isEqualTo(tokenizer.bos());
        assertThat(read.eos()).isEqualTo(tokenizer.eos());
        assertThat(read.encode("ab é ab")).isEqualTo(tokenizer.encode("ab é ab"));
        assertThatThrownBy(() -> read.bytes(read.vocabulary())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read.decode(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void aShorterOrLongerSectionIsRefused(Tokenizer tokenizer) {
        byte[] section = tokenizer.toBytes();
        for (int length = 0; length < section.length; length++) {
            refused(Arrays.copyOf(section, length), "tokenizer section");
        }
        refused(Arrays.copyOf(section, section.length + 1), "1 more bytes");
    }

    /** Whatever the bytes are, they make a tokenizer or one exception that names the file. */
    @ParameterizedTest
    @MethodSource("tokenizers")
    void anyOtherBytesAreReadOrRefused(Tokenizer tokenizer) {
        byte[] section = tokenizer.toBytes();
        Random random = new Random(2);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = section.clone();
            for (int count = 1 + random.nextInt(3); count > 0; count--) {
                changed[random.nextInt(random.nextBoolean() ? Math.min(40, changed.length) : changed.length)] =
                        (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
            }
            try {
                Tokenizers.read(changed, FILE).encode("ab <|end|> é 🙂");
            } catch (PxiException e) {
                assertThat(e).hasMessageStartingWith(FILE);
            }
        }
    }

    @Test
    void hostileFieldsAreNamed() {
        scored(at -> at.putInt(0, 9), "kind");
        scored(at -> at.putInt(4, Integer.MAX_VALUE), "vocabulary");
        scored(at -> at.putInt(4, -1), "vocabulary");
        scored(at -> at.putInt(4, Pieces.MAX_PIECES), "vocabulary");
        scored(at -> at.putInt(8, 1 << 30), "flags");
        scored(at -> at.putInt(8, 16), "flags");
        scored(at -> at.putInt(12, 1_000), "BOS");
        scored(at -> at.putInt(12, -1), "BOS");
        scored(at -> at.putInt(16, -2), "EOS");
        scored(at -> at.putInt(20, Float.floatToRawIntBits(Float.NaN)), "piece 0, score");
        scored(at -> at.put(24, (byte) 7), "piece 0: expected a piece type");
        scored(at -> at.putShort(25, (short) -1), "piece 0: expected at most 512 bytes");
        scored(at -> at.put(27, (byte) 0xFF), "piece 0: expected text in UTF-8");
        scored(at -> at.putInt(at.capacity() - 4, Integer.MAX_VALUE), "number of merges");
        byteLevel(at -> at.putInt(20, 6), "word split");
        byteLevel(at -> at.putInt(at.capacity() - 4, 1_000), "merge 1");
        byteLevel(at -> at.putInt(at.capacity() - 4, -1), "merge 1");
        byteLevel(at -> at.putInt(at.capacity() - 4, 0), "merge 1");
        byteLevel(at -> at.putInt(at.capacity() - 8, 'a').putInt(at.capacity() - 4, 'b'), "merge 1");
        byteLevel(at -> at.putInt(at.capacity() - 20, 3), "merge");
        // The second piece, at byte 28, becomes the first.
        byteLevel(at -> at.put(31, (byte) 0), "piece 1: expected a spelling that no other piece has");
        byteLevel(at -> at.put(at.capacity() - 27, (byte) 0xFF), "piece 258: expected text in UTF-8");
    }

    private static void scored(Consumer<ByteBuffer> change, String told) {
        changed(scored(), change, told);
    }

    private static void byteLevel(Consumer<ByteBuffer> change, String told) {
        changed(byteLevel(), change, told);
    }

    private static void changed(Tokenizer tokenizer, Consumer<ByteBuffer> change, String told) {
        byte[] section = tokenizer.toBytes();
        change.accept(ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN));
        refused(section, told);
    }

    private static void refused(byte[] section, String told) {
        assertThatThrownBy(() -> Tokenizers.read(section, FILE))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith(FILE)
                .hasMessageContaining(told);
    }

    @Test
    void listsThatFitNoVocabularyAreRefused() {
        int[] types = {1};
        List<byte[]> one = List.of(new byte[] {'a'});
        assertThatThrownBy(() -> ScoredBpeTokenizer.of(one, new float[2], types, -1, -1, Set.of()))
                .isInstanceOf(InvalidTokenizerException.class);
        assertThatThrownBy(() -> ScoredBpeTokenizer.of(one, new float[1], new int[0], -1, -1, Set.of()))
                .isInstanceOf(InvalidTokenizerException.class);
        assertThatThrownBy(() -> ScoredBpeTokenizer.of(one, new float[1], types, -1, -1, Set.of()))
                .isInstanceOf(InvalidTokenizerException.class)
                .hasMessageContaining("one for every byte");
        assertThatThrownBy(
                        () -> ByteBpeTokenizer.of(new String[0], new String[0], new int[0], "chameleon", -1, -1, true))
                .isInstanceOf(InvalidTokenizerException.class)
                .hasMessageContaining("chameleon");
    }

    @Test
    void equalScoresMergeTheLeftmost() {
        String[] pieces = {"<unk>", "a", "b", "c", "ab", "bc"};
        int[] types = {2, 1, 1, 1, 1, 1};
        for (float[] pair : new float[][] {{0, 0}, {0, -0.0f}, {-0.0f, 0}, {1, -1}}) {
            float[] scores = {-9, -9, -9, -9, pair[0], pair[1]};
            assertThat(ScoredBpeTokenizer.of(pieces, scores, types, -1, -1, false, false)
                            .encode("abcx"))
                    .containsExactly(4, 3, 0);
        }
        float[] later = {-9, -9, -9, -9, -1, 1};
        assertThat(ScoredBpeTokenizer.of(pieces, later, types, -1, -1, false, false)
                        .encode("abc"))
                .containsExactly(1, 5);
    }

    @Test
    void addedTokensAreFoundFirst() {
        assertThat(scored().encode("a[tool]b")).containsExactly(1, 264, 266, 259, 261);
        assertThat(byteLevel().encode("ab<|end|> ab")).containsExactly(256, 258, 257);
        assertThat(byteLevel().bytes(258)).isEmpty();
        assertThat(byteLevel().decode(258)).isEqualTo("<|end|>");
    }

    static List<WordSplit> splits() {
        return NamedSplit.names().stream()
                .map(name -> Objects.requireNonNull(NamedSplit.of(name)).split())
                .filter(split -> !split.spellsBytes())
                .distinct()
                .toList();
    }

    /** Neither the stack nor quadratic time is needed for a run of one kind of character. */
    @ParameterizedTest
    @MethodSource("splits")
    void longRunsAreCut(WordSplit split) {
        for (String each : List.of(" ", "\n", " \n", "a", "7", "🙂", ".", "\u00A0", "'s")) {
            boolean looksAhead = split.steps().toString().contains("(?=");
            String text = each.repeat(looksAhead ? 2_000 : 20_000); // a look ahead from every digit takes the square
            assertThat(joined(split, text)).isEqualTo(text);
            assertThat(joined(split, text + "x")).isEqualTo(text + "x");
        }
    }

    @Test
    void aStreamNeverSplitsACharacter() {
        for (Tokenizer tokenizer : List.of(scored(), byteLevel())) {
            for (String text : List.of("a🙂b漢é", "🙂", "", " a", "\uFFFD")) {
                TextDecoder decoder = TextDecoder.fromTheBeginning(tokenizer);
                StringBuilder whole = new StringBuilder();
                for (int id : tokenizer.encode(text)) {
                    String part = decoder.add(id);
                    assertThat(part.codePoints()).noneMatch(each -> each >= 0xD800 && each <= 0xDFFF);
                    whole.append(part);
                }
                assertThat(decoder.end()).isEmpty();
                assertThat(whole).hasToString(text);
            }
        }
    }

    @Test
    void anUnfinishedCharacterIsReplaced() {
        TextDecoder decoder = TextDecoder.continuing(byteLevel());
        byte[] smile = "🙂".getBytes(StandardCharsets.UTF_8);
        assertThat(decoder.add(Byte.toUnsignedInt(smile[0]))).isEmpty();
        assertThat(decoder.add(Byte.toUnsignedInt(smile[1]))).isEmpty();
        assertThat(decoder.end()).isEqualTo("\uFFFD");
        assertThat(decoder.add('a')).isEqualTo("a");
        assertThat(TextDecoder.text(byteLevel(), 0xFF, 'a')).isEqualTo("\uFFFDa");
        assertThat(byteLevel().decode(0xFF)).isEqualTo("\uFFFD");
    }

    private static String joined(WordSplit split, String text) {
        StringBuilder words = new StringBuilder();
        split.words(text, words::append);
        return words.toString();
    }

    @Test
    void moreEndTokensAreKeptInASectionOfTheirOwnAtItsEnd() throws PxiException {
        ByteBpeTokenizer plain = ByteBpeTokenizer.ofBytes(List.of(), List.of(), WordSplit.NONE);
        ByteBpeTokenizer more = plain.withEnds(List.of(7, 3, 7, Tokenizer.NO_TOKEN));
        Tokenizer read = Tokenizers.read(more.toBytes(), "hostile.pxi");
        assertThat(read.toBytes()).isEqualTo(more.toBytes());
        assertThat(read.isEnd(3)).isTrue();
        assertThat(read.isEnd(7)).isTrue();
        assertThat(read.isEnd(4)).isFalse();
        assertThat(plain.withEnds(List.of()).toBytes()).isEqualTo(plain.toBytes());
        int at = plain.toBytes().length;
        for (int[] wrong :
                new int[][] {{0, 3, 7}, {3, 3, 7}, {2, 7, 3}, {2, 3, 3}, {2, 3, 256}, {2, -1, 7}, {1 << 30, 3, 7}}) {
            ByteBuffer bytes = ByteBuffer.wrap(more.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(at, wrong[0]).putInt(at + 4, wrong[1]).putInt(at + 8, wrong[2]);
            assertThatThrownBy(() -> Tokenizers.read(bytes.array(), "hostile.pxi"))
                    .as(Arrays.toString(wrong))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("end tokens");
        }
    }

    @Test
    void tekkenCutsWhereCapitalsBegin() {
        List<String> words = new ArrayList<>();
        WordSplit.TEKKEN.words("HelloWorld 123 fooBar/\n  x", words::add);
        assertThat(words).containsExactly("Hello", "World", " ", "1", "2", "3", " foo", "Bar", "/\n", " ", " x");
    }
}
