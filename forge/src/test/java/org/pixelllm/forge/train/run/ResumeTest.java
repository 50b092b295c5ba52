package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Role;

/** A run that is stopped and goes on ends as if it had not been stopped. */
class ResumeTest {

    private static final String RUN =
            "--dim 16 --layers 2 --heads 2 --kv-heads 1 --context 16 --batch 4 --steps 20 --qk-norm yes --mix 2,1";

    @TempDir
    private Path folder;

    private List<Path> texts = List.of();
    private Path valid = Path.of("");
    private Path output = Path.of("");

    @BeforeEach
    void writeTexts() throws IOException {
        texts = List.of(
                Runs.text(folder, "one.txt", "once upon a time there was a fox. ".repeat(9)),
                Runs.text(folder, "two.txt", "it was the best of times; it was the worst. ".repeat(5)));
        valid = Runs.text(folder, "valid.txt", "once there was a worst fox. ".repeat(3));
        output = folder.resolve("model.pxi");
    }

    private TrainingRun.Status begin(String line, int stopAfter) throws IOException {
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                RUN,
                RUN + " --tokenizer bpe:290",
                RUN + " --optimizer muon --dropout 0.1",
                RUN + " --optimizer muon --average 0.2 --measure 3",
                RUN + " --measure 7 --patience 1 --rate 0.9 --clip 100",
                "--family pooled-mlp --dim 8 --hidden 8 --context 3 --batch 8 --steps 20"
            })
    void aRunThatGoesOnEndsAsIfItHadNotBeenStopped(String line) throws IOException {
        TrainingRun.Status whole = begin(line, Integer.MAX_VALUE);
        List<float[]> expected = weights(output);
        assertThat(RunFiles.of(output).state()).doesNotExist();
        assertThat(begin(line, 7).step()).isEqualTo(7);
        assertThat(RunFiles.of(output).state()).exists();
        assertThat(resume("", 8).step()).isEqualTo(8);
        TrainingRun.Status end = resume("", Integer.MAX_VALUE);
        List<float[]> found = weights(output);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).containsExactly(expected.get(i));
        }
        assertThat(end.bits()).isEqualTo(whole.bits());
        assertThat(end.valid()).isEqualTo(whole.valid());
        assertThat(RunFiles.of(output).state()).doesNotExist();
        assertThat(RunFiles.of(output).picture()).exists();
    }

    @Test
    void aCheckpointIsACartridgeThatAnswersAndSaysHowFarItIs() throws IOException {
        begin(RUN + " --weights q8", 7);
        try (Cartridge open = Cartridge.open(output)) {
            assertThat(open.manifest().provenance())
                    .containsEntry("steps", "7 of 20")
                    .containsEntry("tokens seen", "448");
        }
        resume("--licence MIT", Integer.MAX_VALUE);
        try (Cartridge open = Cartridge.open(output)) {
            assertThat(open.manifest().licence()).isEqualTo("MIT");
            assertThat(open.manifest().family()).isEqualTo("qwen3");
            assertThat(open.manifest().provenance())
                    .containsEntry("steps", "20")
                    .containsKeys("text 1 sha256", "text 2 sha256", "valid loss", "valid sha256", "seed", "seconds");
            assertThat(open.manifest().provenance().get("options")).contains("--qk-norm yes");
        }
    }

    /** The state alone decides where a run goes on: a cartridge that is older, or none yet, is made again. */
    @Test
    void theCartridgeMayBeOlderThanTheState() throws IOException {
        begin(RUN, Integer.MAX_VALUE);
        List<float[]> expected = weights(output);
        begin(RUN, 5);
        byte[] older = Files.readAllBytes(output);
        resume("", 9);
        Files.write(output, older);
        resume("", 12);
        Files.delete(output);
        resume("", Integer.MAX_VALUE);
        List<float[]> found = weights(output);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).containsExactly(expected.get(i));
        }
    }

    @Test
    void nothingWritesOverACartridgeOfAnotherKind() throws IOException {
        begin(RUN, 5);
        Files.delete(output);
        Files.writeString(output, "no cartridge");
        assertThatThrownBy(() -> resume("", 9)).isInstanceOf(PxiException.class).hasMessageContaining("model.pxi");
        assertThat(output).hasContent("no cartridge");
    }

    @Test
    void whereNothingCanBeWrittenNothingIsComputed() throws IOException {
        Files.createDirectory(RunFiles.of(output).picture());
        assertThatThrownBy(() -> begin(RUN, 5))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("model.training.png", "directory");
        Path below = folder.resolve("one.txt/model.pxi");
        assertThatThrownBy(() -> Runs.begin(RUN, texts, below)).hasMessageContaining("cannot be written");
        assertThatThrownBy(() -> Runs.begin(RUN, texts, Path.of("/dev/full")))
                .hasMessageContainingAll("/dev/full", "regular file");
        assertThat(output).doesNotExist();
    }

    @Test
    void aValidTextMustBeLongerThanAWindow() throws IOException {
        Files.writeString(valid, "too short");
        assertThatThrownBy(() -> begin(RUN, 5))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContainingAll("valid.txt", "16 tokens", "9 tokens");
        assertThat(output).doesNotExist();
    }

    /** A number of steps that is measured is part of what the run is: it goes on with that number. */
    @Test
    void aRunByTheClockIsDecidedOnce() throws IOException {
        String line = RUN.replace("--steps 20", "--minutes 0.01");
        TrainingRun.Status first = begin(line, 2);
        assertThat(first.steps()).isPositive();
        if (!first.isFinished()) {
            TrainingRun.Status end = resume("", Integer.MAX_VALUE);
            assertThat(end.steps()).isEqualTo(first.steps());
            List<float[]> found = weights(output);
            begin(RUN.replace("--steps 20", "--steps " + first.steps()), Integer.MAX_VALUE);
            List<float[]> expected = weights(output);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).containsExactly(expected.get(i));
            }
        }
    }

    @Test
    void anUnfinishedRunIsNotWrittenOver() throws IOException {
        begin(RUN, 5);
        assertThatThrownBy(() -> begin(RUN, 5))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll("model.pxi.state", "--resume");
    }

    @Test
    void whatContradictsTheRunIsNamed() throws IOException {
        begin(RUN, 5);
        assertThatThrownBy(() -> resume("--dim 32", 9))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll("--dim", "16", "32");
        assertThatThrownBy(() -> resume("--epochs 3", 9)).hasMessageContainingAll("--epochs", "none");
        assertThat(resume("--dim 16 --seed 1", 6).step()).isEqualTo(6);
        Files.writeString(texts.getFirst(), "another text. ".repeat(20));
        assertThatThrownBy(() -> resume("", 9))
                .isInstanceOf(ModelMismatchException.class)
                .hasMessageContaining("one.txt");
        Files.delete(texts.getFirst());
        assertThatThrownBy(() -> resume("", 9)).isInstanceOf(UnreadableFileException.class);
    }

    @Test
    void aTextMayHaveMoved() throws IOException {
        begin(RUN, 5);
        Path moved = Files.move(texts.getFirst(), folder.resolve("moved.txt"));
        List<Path> now = List.of(moved, texts.getLast());
        assertThat(Runs.run(true, "", now, null, output, 2, 6).step()).isEqualTo(6);
        assertThatThrownBy(() -> Runs.run(true, "", List.of(moved), null, output, 2, 7))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("2 texts");
    }

    private void refused(Class<? extends PxiException> kind, String... words) {
        assertThatThrownBy(() -> resume("", 9)).isInstanceOf(kind).hasMessageContainingAll(words);
    }

    @Test
    void aStateThatIsMissingForeignOrAlteredIsRefused() throws IOException {
        begin(RUN, 5);
        Path state = RunFiles.of(output).state();
        byte[] good = Files.readAllBytes(state);
        byte[] cartridge = Files.readAllBytes(output);

        Files.delete(state);
        refused(UnreadableFileException.class, "model.pxi.state");

        begin(RUN.replace("--steps 20", "--steps 21"), 5);
        Files.write(state, good);
        refused(ModelMismatchException.class, "model.pxi", "run");
        Files.write(output, cartridge);

        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        Files.write(state, bad);
        refused(InvalidContentException.class, "model.pxi.state", "SHA-256");

        Files.write(state, Arrays.copyOf(good, good.length - 9));
        refused(TruncatedPxiException.class, "model.pxi.state", String.valueOf(good.length));

        Files.write(state, Arrays.copyOf(good, good.length + 9));
        refused(InvalidContentException.class, "end");

        bad = good.clone();
        bad[8] = 9;
        Files.write(state, bad);
        refused(UnsupportedVersionException.class, "version 9");

        Files.writeString(state, "<html>".repeat(99));
        refused(NotPxiException.class, "pxTRAIN");
        Files.write(state, new byte[0]);
        refused(NotPxiException.class, "pxTRAIN");

        Files.write(state, good);
        assertThat(resume("", Integer.MAX_VALUE).isFinished()).isTrue();
        refused(UnreadableFileException.class, "model.pxi.state", "finished");
    }
}
