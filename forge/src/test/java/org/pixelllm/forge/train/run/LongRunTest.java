package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Role;

/** A run at a constant rate is as long as one likes: it is made longer, and ended, while it goes on. */
class LongRunTest {

    private static final String RUN = "--dim 16 --layers 1 --heads 2 --context 16 --batch 2 --optimizer muon"
            + " --schedule constant --warmup 3 --average 0.2 --measure 4 --rate 0.01";

    @TempDir
    private Path folder;

    private List<Path> texts = List.of();
    private Path valid = Path.of("");
    private Path output = Path.of("");
    private Path state = Path.of("");

    @BeforeEach
    void writeTexts() throws IOException {
        texts = List.of(Runs.text(folder, "one.txt", "once upon a time there was a fox. ".repeat(9)));
        valid = Runs.text(folder, "valid.txt", "once there was a worst fox. ".repeat(3));
        output = folder.resolve("model.pxi");
        state = RunFiles.of(output).state();
    }

    private TrainingRun.Status begin(String line, int stopAfter) throws IOException {
        Files.deleteIfExists(state);
        return Runs.run(false, line, texts, valid, output, 2, stopAfter);
    }

    private TrainingRun.Status resume(String line, int stopAfter) throws IOException {
        return Runs.run(true, line, List.of(), null, output, 2, stopAfter);
    }

    private static List<float[]> weights(Path cartridge) throws IOException {
        try (Cartridge open = Cartridge.open(cartridge)) {
            return open.program().withRole(Role.WEIGHT).stream()
                    .map(id -> open.weights().get(id).decode())
                    .toList();
        }
    }

    private static void assertSame(List<float[]> found, List<float[]> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).containsExactly(expected.get(i));
        }
    }

    /** Begun without an end, made longer, stopped, and given an end: as if it had been known at first. */
    @Test
    void madeLongerItEndsAsIfThatHadBeenSaidAtFirst() throws IOException {
        begin(RUN + " --steps 30 --fall 10", Integer.MAX_VALUE);
        List<float[]> expected = weights(output);
        begin(RUN + " --steps 9 --fall 0", Integer.MAX_VALUE);
        assertThat(state).exists();
        assertThat(resume("--steps 99", 13).step()).isEqualTo(13);
        assertThat(resume("", 20).steps()).isEqualTo(99);
        TrainingRun.Status end = resume("--steps 30 --fall rest", Integer.MAX_VALUE);
        assertThat(end.step()).isEqualTo(30);
        assertThat(end.rate()).isCloseTo(0.01 / 10, org.assertj.core.api.Assertions.within(1e-9));
        assertSame(weights(output), expected);
        try (Cartridge open = Cartridge.open(output)) {
            assertThat(open.manifest().provenance())
                    .containsEntry("steps", "30")
                    .hasEntrySatisfying(
                            "sittings",
                            each -> assertThat(each)
                                    .matches(
                                            "9 steps in .* s, 4 steps in .* s, 7 steps in .* s, --fall 10: 10 steps in .* s"));
        }
    }

    /** Longer windows, fewer of them, at another rate. */
    @Test
    void itMayGoOnInAnotherWay() throws IOException {
        begin(RUN + " --steps 9 --fall 0 --length 8", Integer.MAX_VALUE);
        TrainingRun.Status end =
                resume("--steps 12 --length 16 --batch 1 --rate 0.005 --average 0.2", Integer.MAX_VALUE);
        assertThat(end.tokens()).isEqualTo(9 * 2 * 8 + 3 * 16);
        assertThat(end.rate()).isEqualTo(0.005);
        try (Cartridge open = Cartridge.open(output)) {
            assertThat(open.manifest().provenance())
                    .containsEntry("tokens seen", String.valueOf(9 * 2 * 8 + 3 * 16))
                    .hasEntrySatisfying(
                            "sittings",
                            each -> assertThat(each).contains(", --batch 1 --length 16 --rate 0.005: 3 steps in "));
        }
        assertThatThrownBy(() -> resume("--steps 14 --average 0.3", 13)).hasMessageContaining("--average");
        assertThatThrownBy(() -> resume("--steps 14 --length 17", 13)).hasMessageContaining("--length");
    }

    @Test
    void itMayGoOnForATimeAndEndAtOnce() throws IOException {
        begin(RUN + " --steps 9 --fall 0", Integer.MAX_VALUE);
        TrainingRun.Status longer = resume("--minutes 0.01 --fall rest", Integer.MAX_VALUE);
        assertThat(longer.isFinished()).isTrue();
        assertThat(longer.steps()).isGreaterThan(9);
        assertThatThrownBy(() -> resume("--steps 8", 9))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(longer.steps() + " steps are done");
        assertThatThrownBy(() -> resume("--steps 800 --minutes 1", 9)).hasMessageContaining("one of --steps");
        assertThat(resume("--steps " + longer.steps() + " --weights q8", 9).isFinished())
                .isTrue();
        try (Cartridge open = Cartridge.open(output)) {
            assertThat(open.manifest().provenance().get("options")).contains("--weights q8");
        }
    }

    /** A text learnt by heart, which makes others dearer: what was best stays, and it ends early where that is asked for. */
    @Test
    void theBestThatWasMeasuredIsKept() throws IOException {
        valid = Runs.text(folder, "valid.txt", "nowhere had so many pots been made. ".repeat(3));
        String line = RUN.replace("--average 0.2 ", "") + " --steps 60 --decay 0 --fall 0";
        TrainingRun.Status whole = begin(line, Integer.MAX_VALUE);
        assertThat(whole.best()).isLessThan(whole.valid());
        List<float[]> expected = weights(output);
        int best = whole.bestStep();
        assertThat(best).isPositive().isLessThan(60).matches(step -> step % 4 == 0);
        begin(line.replace("--steps 60", "--steps " + best), Integer.MAX_VALUE);
        assertSame(weights(output), expected);
        TrainingRun.Status early = begin(line + " --patience 2", Integer.MAX_VALUE);
        assertThat(early.isFinished()).isTrue();
        assertThat(early.step()).isLessThan(60).isEqualTo(early.bestStep() + 8);
        assertThat(resume("--patience 3", Integer.MAX_VALUE).step()).isGreaterThan(early.step());
    }

    @Test
    void theAverageIsKeptWhereItIsBetter() throws IOException {
        TrainingRun.Status end = begin(RUN.replace("0.01", "0.1") + " --steps 60 --fall 0", Integer.MAX_VALUE);
        assertThat(end.averaged()).isTrue();
        try (Cartridge open = Cartridge.open(output)) {
            assertThat(open.manifest().provenance().get("valid loss")).contains(", averaged, on ");
        }
    }

    @Test
    void itGoesOnFromAModelWithItsShapeAndTypes() throws IOException {
        String line = RUN.replace("--dim 16", "--dim 32") + " --weights q8 --qk-norm yes --tokenizer bpe:270";
        begin(line + " --steps 40 --licence MIT --name base", Integer.MAX_VALUE);
        Path base = Files.move(output, folder.resolve("base.pxi"));
        Path other = folder.resolve("tuned.pxi");
        Path text = Runs.text(folder, "two.txt", "a worst fox there was not. ".repeat(20));
        TrainingRun.Status whole =
                Runs.from(base, "--steps 8 --measure 3 --rate 0.003", List.of(text), valid, other, Integer.MAX_VALUE);
        assertThat(whole.isFinished()).isTrue();
        List<float[]> expected = weights(other);
        try (Cartridge open = Cartridge.open(other);
                Cartridge old = Cartridge.open(base)) {
            assertThat(open.program()).isEqualTo(old.program());
            assertThat(open.manifest().licence()).isEqualTo("MIT");
            assertThat(open.manifest().name()).isEqualTo("base");
            assertThat(open.manifest().family()).isEqualTo("qwen3");
            assertThat(open.manifest().provenance().get("from")).contains("base, sha256:" + old.digest(), ", run ");
            assertThat(open.tokenizer().vocabulary()).isEqualTo(old.tokenizer().vocabulary());
        }
        Runs.from(base, "--steps 8 --measure 3 --rate 0.003", List.of(text), valid, other, 5);
        Files.delete(base); // The state holds all that is needed.
        assertThat(Runs.run(true, "", List.of(), null, other, 1, Integer.MAX_VALUE)
                        .isFinished())
                .isTrue();
        assertSame(weights(other), expected);
    }

    /** Training that moves nothing gives the model back. */
    @Test
    void itBeginsWithTheModelsOwnWeights() throws IOException {
        begin(RUN + " --steps 8", Integer.MAX_VALUE);
        List<float[]> expected = weights(output);
        Path other = folder.resolve("tuned.pxi");
        Runs.from(output, "--steps 1 --rate 1e-30 --warmup 0", texts, null, other, Integer.MAX_VALUE);
        assertSame(weights(other), expected);
    }

    @Test
    void whatDoesNotFitTheModelIsRefusedByName() throws IOException {
        begin(RUN + " --steps 2", Integer.MAX_VALUE);
        Path other = folder.resolve("tuned.pxi");
        for (String option : List.of("--dim 16", "--tokenizer bpe:300", "--context 8", "--family llama")) {
            assertThatThrownBy(() -> Runs.from(output, "--steps 1 " + option, texts, null, other, 9))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining(option.split(" ", 2)[0] + ": the model of --from has its shape");
        }
        assertThatThrownBy(() -> Runs.from(output, "--rate 0.01", texts, null, other, 9))
                .hasMessageContaining("one of --steps, --minutes and --epochs");
        assertThatThrownBy(() -> Runs.from(output, "--steps 1 --length 17", texts, null, other, 9))
                .hasMessageContaining("--length: expected at most the --context of 16");
        assertThat(other).doesNotExist();
    }
}
