package org.pixelllm.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Toys;
import org.pixelllm.protocol.images.TokenImage;

class BeamSearchTest {

    private static final int EOS = 1;

    @TempDir
    private Path folder;

    private PixelLlm toy(int context, int letters, long seed) throws IOException {
        Path file = folder.resolve("toy.pxi");
        Toys.transformer(file, context, letters + 2, seed, Toys.letters(letters));
        return PixelLlm.open(file, new ExecutorChoice("reference", 1));
    }

    private static List<Beam> search(PixelLlm model, int[] prompt, int count, int length, @Nullable String stop)
            throws IOException {
        GenerationOptions options = new GenerationOptions(Sampling.greedy(), length, stop);
        return model.beams(new TokenImage(prompt), count, options, "<test>");
    }

    /** One continuation, with the mean of its log-probabilities. */
    private record Found(List<Integer> ids, double score) {}

    /** Every continuation there is, best first. */
    private static List<Found> exhaustive(PixelLlm model, int[] prompt, int length, @Nullable String stop)
            throws IOException {
        List<Found> all = new ArrayList<>();
        extend(model, prompt, List.of(), 0, length, stop, all);
        all.sort(Comparator.comparingDouble(Found::score).reversed());
        return all;
    }

    private static void extend(
            PixelLlm model,
            int[] prompt,
            List<Integer> ids,
            double sum,
            int length,
            @Nullable String stop,
            List<Found> all)
            throws IOException {
        int[] text = Arrays.copyOf(prompt, prompt.length + ids.size());
        for (int i = 0; i < ids.size(); i++) {
            text[prompt.length + i] = ids.get(i);
        }
        float[] logits = model.predict(new TokenImage(text)).logits();
        double whole = 0;
        for (float logit : logits) {
            whole += Math.exp(logit);
        }
        for (int id = 0; id < logits.length; id++) {
            List<Integer> longer = new ArrayList<>(ids);
            longer.add(id);
            double log = sum + logits[id] - Math.log(whole);
            String said = "";
            for (int each : longer) {
                said += model.cartridge().tokenizer().decode(each);
            }
            if (id == EOS || longer.size() == length || (stop != null && said.contains(stop))) {
                all.add(new Found(longer, log / longer.size()));
            } else {
                extend(model, prompt, longer, log, length, stop, all);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aSearchWideEnoughFindsWhatTryingEverythingFinds(long seed) throws IOException {
        int[] prompt = {2, 3};
        try (PixelLlm model = toy(30, 2, seed)) {
            for (String stop : new String[] {null, "ab"}) {
                List<Found> expected = exhaustive(model, prompt, 4, stop);
                List<Beam> beams = search(model, prompt, 256, 4, stop);
                assertThat(beams).hasSize(Math.min(256, expected.size()));
                for (int i = 0; i < beams.size(); i++) {
                    Beam beam = beams.get(i);
                    assertThat(Arrays.stream(beam.ids()).boxed())
                            .as("beam %d", i)
                            .isEqualTo(expected.get(i).ids());
                    assertThat(beam.score()).isCloseTo(expected.get(i).score(), Offset.offset(1e-9));
                }
            }
        }
    }

    @Test
    void aNarrowSearchGivesTheProbabilitiesThatTheModelGives() throws IOException {
        int[] prompt = {2, 3, 4};
        try (PixelLlm model = toy(40, 5, 9)) {
            List<Found> all = exhaustive(model, prompt, 4, null);
            for (int count : new int[] {1, 2, 3, 7}) {
                List<Beam> beams = search(model, prompt, count, 4, null);
                assertThat(beams).hasSize(count);
                for (Beam beam : beams) {
                    List<Integer> ids = Arrays.stream(beam.ids()).boxed().toList();
                    Found same = all.stream()
                            .filter(each -> each.ids().equals(ids))
                            .findFirst()
                            .orElseThrow();
                    assertThat(beam.score()).isCloseTo(same.score(), Offset.offset(1e-9));
                }
                assertThat(beams)
                        .isSortedAccordingTo(
                                Comparator.comparingDouble(Beam::score).reversed());
                assertThat(beams.stream()
                                .map(beam -> Arrays.toString(beam.ids()))
                                .distinct())
                        .hasSize(count);
            }
        }
    }

    /** Where the context ends, a beam goes on as a generation does: one beam is greedy, but that it may end better. */
    @Test
    void beamsSlideAsGenerationsDo() throws IOException {
        Path file = folder.resolve("toy.pxi");
        Toys.transformer(file, 20, 30, 5);
        GenerationOptions options = new GenerationOptions(Sampling.greedy(), 70, null);
        try (PixelLlm model = PixelLlm.open(file)) {
            TokenImage prompt = new TokenImage(new int[] {1, 2, 3});
            try (Generation generation = model.generate(prompt, options)) {
                while (generation.next()) {
                    assertThat(generation.tokens()).isNotEmpty();
                }
                Beam beam = model.beams(prompt, 1, options, "<test>").getFirst();
                assertThat(beam.tokens()).isEqualTo(generation.tokens());
                assertThat(beam.stop()).isEqualTo(StopReason.LENGTH);
            }
        }
    }

    @Test
    void beamsEndForTheirReasons() throws IOException {
        try (PixelLlm model = toy(30, 3, 6)) {
            List<Beam> beams = search(model, new int[] {2}, 200, 6, "bb");
            assertThat(beams.stream().map(Beam::stop)).contains(StopReason.LENGTH, StopReason.END, StopReason.TEXT);
            for (Beam beam : beams) {
                switch (beam.stop()) {
                    case END -> assertThat(beam.ids()).endsWith(EOS);
                    case TEXT -> assertThat(beam.ids()).endsWith(3, 3);
                    case LENGTH -> assertThat(beam.ids()).hasSize(6).doesNotContain(EOS);
                    case INTERRUPTED -> throw new AssertionError("nobody interrupts a search");
                }
            }
        }
    }

    @Test
    void aCountOutOfRangeIsRefused() throws IOException {
        try (PixelLlm model = toy(30, 2, 1)) {
            for (int count : new int[] {0, 257}) {
                assertThatThrownBy(() -> search(model, new int[] {2}, count, 2, null))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("--beams: expected 1 to 256");
            }
        }
    }
}
