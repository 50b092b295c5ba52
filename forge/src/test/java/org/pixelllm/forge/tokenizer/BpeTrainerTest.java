package org.pixelllm.forge.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.importer.hf.TokenizerJsons;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizers;
import org.pixelllm.pxvm.tokenizer.WordSplit;

class BpeTrainerTest {

    private static final Path STORIES =
            Path.of(System.getProperty("pixelllm.root"), "../shared/reference/corpus/stories-valid.txt");

    @TempDir
    private Path folder;

    private static List<String> spellings(Tokenizer tokenizer) {
        List<String> spellings = new ArrayList<>();
        for (int id = 256; id < tokenizer.vocabulary(); id++) {
            spellings.add(new String(tokenizer.bytes(id), StandardCharsets.UTF_8));
        }
        return spellings;
    }

    @Test
    void idsBelow256AreTheBytes() {
        Tokenizer tokenizer = BpeTrainer.train(List.of("ab ab"), 257);
        for (int value = 0; value < 256; value++) {
            assertThat(tokenizer.bytes(value)).containsExactly((byte) value);
        }
        assertThat(tokenizer.encode("é")).containsExactly(0xC3, 0xA9);
    }

    @Test
    void theMostFrequentPairIsMergedFirstAndOfEqualOnesTheLowerIds() {
        // " b" 3 times, "ba" 3 times; the space has the lower id.
        assertThat(spellings(BpeTrainer.train(List.of(" ba ba ba"), 258))).containsExactly(" b", " ba");
        assertThat(spellings(BpeTrainer.train(List.of(" xxy xxy zzxy"), 257))).containsExactly("xy");
    }

    @Test
    void itStopsWhereNoPairIsSeenTwice() {
        assertThat(BpeTrainer.train(List.of("abc"), 300).vocabulary()).isEqualTo(256);
        assertThat(spellings(BpeTrainer.train(List.of("ab", "ab"), 300))).containsExactly("ab");
        assertThat(BpeTrainer.train(List.of(), 300).vocabulary()).isEqualTo(256);
    }

    @Test
    void theVocabularyIsBounded() {
        for (int wrong : new int[] {0, 255, (1 << 19) + 1}) {
            assertThatThrownBy(() -> BpeTrainer.train(List.of("a"), wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("524288");
        }
    }

    /** Few letters, so that pairs overlap, counts are equal, and two ways lead to one spelling. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void itLearnsWhatCountingEverythingAgainForEveryMergeLearns(int seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            text.append("aaabbcd  \n".charAt(random.nextInt(10)));
        }
        List<String> texts = List.of(text.substring(0, 700), text.substring(700));
        assertThat(spellings(BpeTrainer.train(texts, 380))).isEqualTo(plainly(texts, 380));
    }

    /** The plainest way: count all pairs, merge the best everywhere, again. */
    private static List<String> plainly(List<String> texts, int vocabulary) {
        List<List<Integer>> words = new ArrayList<>();
        for (String text : texts) {
            WordSplit.GPT2.words(
                    text, word -> words.add(new ArrayList<>(word.chars().boxed().toList())));
        }
        List<String> pieces = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            pieces.add(String.valueOf((char) value));
        }
        while (pieces.size() < vocabulary) {
            Map<List<Integer>, Integer> seen = new HashMap<>();
            for (List<Integer> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    seen.merge(List.of(word.get(i), word.get(i + 1)), 1, Integer::sum);
                }
            }
            List<Integer> best = List.of();
            for (List<Integer> pair : seen.keySet()) {
                int more = best.isEmpty() ? 1 : Integer.compare(seen.getOrDefault(pair, 0), seen.getOrDefault(best, 0));
                int lower = best.isEmpty() ? 0 : Arrays.compare(numbers(best), numbers(pair));
                best = more > 0 || (more == 0 && lower > 0) ? pair : best;
            }
            if (best.isEmpty() || seen.getOrDefault(best, 0) < 2) {
                break;
            }
            String both = pieces.get(best.get(0)) + pieces.get(best.get(1));
            int known = pieces.indexOf(both);
            int id = known < 0 ? pieces.size() : known;
            if (known < 0) {
                pieces.add(both);
            }
            for (List<Integer> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.get(i).equals(best.get(0)) && word.get(i + 1).equals(best.get(1))) {
                        word.set(i, id);
                        word.remove(/* index */ i + 1);
                    }
                }
            }
        }
        return pieces.subList(256, pieces.size());
    }

    private static int[] numbers(List<Integer> pair) {
        return pair.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void everyTextComesBackThroughTheCartridgesSection() throws PxiException {
        Tokenizer learnt = BpeTrainer.train(List.of("once upon a time, twice upon a time. ".repeat(5)), 300);
        Tokenizer tokenizer = Tokenizers.read(learnt.toBytes(), "section");
        assertThat(tokenizer.encode(" upon a time")).hasSizeLessThan(6);
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder("once upon");
            for (int j = random.nextInt(20); j >= 0; j--) {
                int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1);
                boolean surrogate = codePoint >= 0xD800 && codePoint < 0xE000;
                text.appendCodePoint(surrogate ? ' ' : codePoint);
            }
            int[] ids = tokenizer.encode(text.toString());
            assertThat(ids).isEqualTo(learnt.encode(text.toString()));
            assertThat(TextDecoder.text(tokenizer, ids)).isEqualTo(text.toString());
        }
    }

    /** Hugging Face's own library, given the vocabulary and merges that were learnt here, gives the same ids. */
    @Test
    void idsAreThoseOfHuggingFacesLibrary() throws IOException {
        assumeThat(STORIES)
                .as("stories to learn from; without them this test is skipped")
                .exists();
        List<String> lines = Files.readAllLines(STORIES);
        String text = String.join("\n", lines.subList(0, 3000));
        ByteBpeTokenizer tokenizer = BpeTrainer.train(List.of(text), 1024);
        assertThat(tokenizer.vocabulary()).isEqualTo(1024);
        try (HuggingFaceTokenizer oracle = oracle(tokenizer)) {
            for (String line : lines.subList(2900, 3400)) {
                int[] expected = Arrays.stream(oracle.encode(line).getIds())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                assertThat(tokenizer.encode(line)).as(line).isEqualTo(expected);
            }
        }
        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(3 * tokenizer.encode(text).length);
    }

    private HuggingFaceTokenizer oracle(ByteBpeTokenizer tokenizer) throws IOException {
        JsonObject vocabulary = new JsonObject();
        for (int id = 0; id < tokenizer.vocabulary(); id++) {
            vocabulary.addProperty(TokenizerJsons.spelled(tokenizer.bytes(id)), id);
        }
        JsonArray merges = new JsonArray();
        tokenizer
                .merges()
                .forEach(merge -> merges.add(TokenizerJsons.spelled(tokenizer.bytes(merge.left())) + " "
                        + TokenizerJsons.spelled(tokenizer.bytes(merge.right()))));
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        model.add("vocab", vocabulary);
        model.add("merges", merges);
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("model", model);
        json.add("pre_tokenizer", JsonParser.parseString("""
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}"""));
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        return HuggingFaceTokenizer.newInstance(file, Map.of("padding", "false", "truncation", "false"));
    }
}
