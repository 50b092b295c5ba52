package org.pixelllm.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Toys;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.tokenizer.ByteBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

class GenerationTest {

    private static final Path SHIPPED =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/default.pxi");

    private static final int SHIPPED_TOKENS = Boolean.getBoolean("pixelllm.long") ? 200 : 50;

    @TempDir
    private Path folder;

    private static GenerationOptions greedy(int tokens) {
        return new GenerationOptions(Sampling.greedy(), tokens, null);
    }

    private static PixelLlm open(Path cartridge, String executor) throws IOException {
        return PixelLlm.open(cartridge, new ExecutorChoice(executor, 2));
    }

    private static SequenceImage say(PixelLlm model, TokenImage prompt, GenerationOptions options) throws IOException {
        try (Generation generation = model.generate(prompt, options)) {
            while (generation.next()) {
                assertThat(generation.tokens()).hasSizeLessThanOrEqualTo(options.maxTokens());
            }
            return generation.image();
        }
    }

    @Test
    void theShippedModelSaysTheSameOnEveryExecutorAndThroughTheFilesOfVersion1() throws IOException {
        SequenceImage reference;
        SequenceImage simd;
        try (PixelLlm model = open(SHIPPED, "reference")) {
            reference = say(model, model.tokens("Once upon a time "), greedy(SHIPPED_TOKENS));
        }
        List<Integer> stepped = new ArrayList<>();
        try (PixelLlm model = open(SHIPPED, "simd")) {
            TokenImage prompt = model.tokens("Once upon a time ");
            simd = say(model, prompt, greedy(SHIPPED_TOKENS));
            int[] text = prompt.ids();
            Path input = folder.resolve("input_tokens.pxi");
            Path output = folder.resolve("output_token.pxi");
            for (int i = 0; i < simd.tokens().size(); i++) {
                new TokenImage(text).write(input, Map.of());
                model.predict(TokenImage.read(input)).prediction(5).write(output, Map.of());
                int best = PredictionImage.read(output).predictions().getFirst().id();
                stepped.add(best);
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = best;
            }
        }
        assertThat(simd.ids()).isEqualTo(reference.ids()).isNotEmpty();
        assertThat(stepped).isEqualTo(Arrays.stream(simd.ids()).boxed().toList());
    }

    @Test
    void theSameSeedSaysTheSame() throws IOException {
        GenerationOptions options = new GenerationOptions(Sampling.usual(42), 80, null);
        byte[] first;
        try (PixelLlm model = open(SHIPPED, "simd")) {
            first = say(model, model.tokens("The "), options).toPng(Map.of());
            assertThat(say(model, model.tokens("The "), options).toPng(Map.of()))
                    .isEqualTo(first);
            GenerationOptions other = new GenerationOptions(Sampling.usual(43), 80, null);
            assertThat(say(model, model.tokens("The "), other).toPng(Map.of())).isNotEqualTo(first);
        }
        try (PixelLlm model = PixelLlm.open(SHIPPED, new ExecutorChoice("simd", 1))) {
            assertThat(say(model, model.tokens("The "), options).toPng(Map.of()))
                    .isEqualTo(first);
        }
    }

    @Test
    void confidenceIsTheModelsOwnProbabilityAmongAllTokens() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 40, 30, 1);
        GenerationOptions options = new GenerationOptions(new Sampling(3, 5, 1, 0, 1.3, 8), 20, null);
        try (PixelLlm model = open(toy, "reference")) {
            int[] text = {3, 4, 5};
            for (Prediction token : say(model, new TokenImage(text), options).tokens()) {
                float[] logits = model.predict(new TokenImage(text)).logits();
                double sum = 0;
                for (float logit : logits) {
                    sum += Math.exp(logit);
                }
                assertThat(token.confidence()).isEqualTo((int) (255 * Math.exp(logits[token.id()]) / sum));
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = token.id();
            }
        }
    }

    /** The rule of the context's end, told a second time: what the session has seen when each token is chosen. */
    private static List<Integer> expected(PixelLlm model, int[] prompt, int count) throws IOException {
        int context = model.context();
        int keep = context <= 16 ? context : context - context / 2;
        List<Integer> text = new ArrayList<>();
        Arrays.stream(prompt).forEach(text::add);
        int from = Math.max(0, prompt.length - context);
        for (int i = 0; i < count; i++) {
            if (text.size() - from > context) {
                from = text.size() - keep;
            }
            int[] seen =
                    text.subList(from, text.size()).stream().mapToInt(id -> id).toArray();
            text.add(model.predict(new TokenImage(seen))
                    .prediction(1)
                    .predictions()
                    .getFirst()
                    .id());
        }
        return text.subList(prompt.length, text.size());
    }

    @Test
    void whereTheContextEndsTheLastHalfIsReadAnew() throws IOException {
        for (int context : new int[] {1, 2, 7, 16, 17, 24}) {
            Path toy = folder.resolve(context + ".pxi");
            Toys.transformer(toy, context, 30, context);
            try (PixelLlm model = open(toy, "simd")) {
                for (int length : new int[] {1, context, 2 * context + 3}) {
                    int[] prompt = new Random(length).ints(length, 0, 30).toArray();
                    SequenceImage image = say(model, new TokenImage(prompt), greedy(60));
                    assertThat(Arrays.stream(image.ids()).boxed())
                            .as("context %d, prompt %d", context, length)
                            .isEqualTo(expected(model, prompt, 60));
                }
            }
        }
    }

    @Test
    void provenanceTellsSamplerSeedContextAndEnd() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 20, 30, 1);
        try (PixelLlm model = open(toy, "reference");
                Generation generation = model.generate(
                        new TokenImage(new int[30]), new GenerationOptions(Sampling.usual(9), 25, null))) {
            assertThat(generation.next()).isTrue();
            assertThat(generation.provenance())
                    .containsEntry("Seed", "9")
                    .containsEntry("Sampler", "temperature 0.8, top-k 40, top-p 0.95, min-p 0, repeat-penalty 1")
                    .containsEntry(
                            "Context",
                            "last 20 of 30 tokens of the prompt; slid 1 times, each time to the last 10 of 20 tokens")
                    .containsKeys("Cartridge", "Program", "Executor", "Software")
                    .doesNotContainKey("Stop");
            while (generation.next()) {
                assertThat(generation.tokens()).isNotEmpty();
            }
            assertThat(generation.provenance())
                    .containsEntry("Stop", "length")
                    .extractingByKey("Context")
                    .asString()
                    .contains("slid 3 times");
            assertThat(generation.next()).isFalse();
            assertThat(generation.tokens()).hasSize(25);
        }
    }

    @Test
    void theEndOfATextEndsIt() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 50, 6, 2, Toys.letters(4));
        int ended = 0;
        try (PixelLlm model = open(toy, "reference")) {
            for (int seed = 0; seed < 20; seed++) {
                GenerationOptions options = new GenerationOptions(new Sampling(1, 0, 1, 0, 1, seed), 30, null);
                try (Generation generation = model.generate(model.tokens("ab"), options)) {
                    StringBuilder text = new StringBuilder();
                    while (generation.next()) {
                        text.append(generation.text());
                    }
                    int[] ids = generation.image().ids();
                    assertThat(text.toString()).doesNotContain("<");
                    if (generation.stop() == StopReason.END) {
                        assertThat(ids).endsWith(1);
                        ended++;
                    } else {
                        assertThat(ids).hasSize(30).doesNotContain(1);
                    }
                }
            }
        }
        assertThat(ended).isPositive();
    }

    @Test
    void theStopTextEndsItAndIsNeverShown() throws IOException {
        Path toy = folder.resolve("toy.pxi");
        Toys.transformer(toy, 50, 5, 3, Toys.letters(3));
        int stopped = 0;
        try (PixelLlm model = open(toy, "reference")) {
            for (int seed = 0; seed < 40; seed++) {
                Sampling sampling = new Sampling(3, 0, 1, 0, 1, seed);
                String all = text(model, new GenerationOptions(sampling, 40, null));
                String some = text(model, new GenerationOptions(sampling, 40, "ba"));
                int at = all.indexOf("ba");
                assertThat(some).isEqualTo(at < 0 ? all : all.substring(0, at));
                stopped += at < 0 ? 0 : 1;
            }
        }
        assertThat(stopped).isBetween(1, 39);
    }

    private static String text(PixelLlm model, GenerationOptions options) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Generation generation = model.generate(model.tokens("ab"), options)) {
            while (generation.next()) {
                text.append(generation.text());
            }
            String said = TextDecoder.text(
                    model.cartridge().tokenizer(), generation.image().ids());
            assertThat(said).startsWith(text.toString());
            assertThat(generation.stop() == StopReason.TEXT).isEqualTo(said.length() > text.length());
        }
        return text.toString();
    }

    /** Every byte a token of its own, and the end. */
    private static Tokenizer bytes() {
        String[] tokens = new String[257];
        int[] types = new int[257];
        for (int value = 0; value < 256; value++) {
            boolean visible = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            int shifted = value <= ' ' ? value : value <= 0xA0 ? value - 0x7F + 33 : 67;
            tokens[value] = Character.toString(visible ? value : 0x100 + shifted);
            types[value] = 1;
        }
        tokens[256] = "<|end|>";
        types[256] = 3;
        return ByteBpeTokenizer.of(tokens, new String[0], types, "gpt-2", -1, 256, false);
    }

    @Test
    void charactersAndStopTextsComeWholeHoweverTheyAreCutIntoTokens() {
        Detokenizer text = new Detokenizer(bytes(), new GenerationOptions(Sampling.greedy(), 100, "🚀🛑"));
        List<String> shown = new ArrayList<>();
        for (byte value : "é🚀x🚀🛑z".getBytes(StandardCharsets.UTF_8)) {
            if (text.stop() == null) {
                shown.add(text.add(value & 0xFF));
            }
        }
        // a rocket may begin the stop text, so it waits for what follows
        assertThat(shown).containsExactly("", "é", "", "", "", "", "🚀x", "", "", "", "", "", "", "", "");
        assertThat(text.stop()).isEqualTo(StopReason.TEXT);
    }

    @Test
    void whatWasHeldBackIsShownWithTheLastToken() {
        Detokenizer text = new Detokenizer(bytes(), new GenerationOptions(Sampling.greedy(), 3, "abcd"));
        assertThat(text.add('a') + text.add('b')).isEmpty();
        assertThat(text.add('c')).isEqualTo("abc");
        assertThat(text.stop()).isEqualTo(StopReason.LENGTH);
        Detokenizer ended = new Detokenizer(bytes(), new GenerationOptions(Sampling.greedy(), 9, "abcd"));
        assertThat(ended.add('a') + ended.add(256)).isEqualTo("a");
        assertThat(ended.stop()).isEqualTo(StopReason.END);
        Detokenizer cut = new Detokenizer(bytes(), greedy(2));
        assertThat(cut.add(0xF0) + cut.add(0x9F)).isEqualTo("\uFFFD");
        // an id of the model that its tokenizer has not
        assertThat(new Detokenizer(bytes(), greedy(2)).add(300)).isEmpty();
    }

    /** It has no text that a stop text could be found in. */
    @Test
    void aControlTokensNameIsAStopText() {
        Detokenizer named = new Detokenizer(bytes(), new GenerationOptions(Sampling.greedy(), 9, "<|end|>"));
        assertThat(named.add('a') + named.add('<') + named.add(256)).isEqualTo("a<");
        assertThat(named.stop()).isEqualTo(StopReason.TEXT);
    }

    @Test
    void whatCannotBeSaidIsRefused() throws IOException {
        assertThatThrownBy(() -> greedy(0)).hasMessageContaining("-n: expected 1 to 65535");
        assertThatThrownBy(() -> greedy(65_536)).hasMessageContaining("found 65536");
        assertThatThrownBy(() -> new GenerationOptions(Sampling.greedy(), 1, ""))
                .hasMessageContaining("--stop");
        try (PixelLlm model = open(SHIPPED, "reference")) {
            TokenImage far = new TokenImage(new int[] {1, 65_535});
            assertThatThrownBy(() -> model.generate(far, greedy(1), "far.pxi"))
                    .isInstanceOf(ModelMismatchException.class)
                    .hasMessageContaining("far.pxi: pixel 2");
        }
    }
}
