package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.TextFile;
import org.pixelllm.forge.train.gradient.CrossEntropy;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;

/** What a run learns. */
class TrainerTest {

    private static final String TEXT = "the cat sat on the mat; the dog dug a den. ".repeat(20);
    private static final String POOLED = "--family pooled-mlp --dim 16 --hidden 32 --context 2 --batch 64 --rate 0.01";
    private static final String LLAMA = "--dim 32 --layers 1 --heads 2 --context 32 --batch 4 --rate 0.01";

    @TempDir
    private Path folder;

    private Path train(String line, int threads, String name) throws IOException {
        Path file = folder.resolve(name);
        List<Path> texts = List.of(Runs.text(folder, "train.txt", TEXT));
        assertThat(Runs.run(false, line, texts, null, file, threads, Integer.MAX_VALUE)
                        .isFinished())
                .isTrue();
        return file;
    }

    private double bits(Path cartridge, String text) throws IOException {
        Path file = Runs.text(folder, "text.txt", text);
        try (Cartridge open = Cartridge.open(cartridge);
                Workers workers = new Workers(2)) {
            Machine machine = new SimdExecutor(2).load(open.program(), open.weights());
            Corpus corpus = Corpus.read(file, open.tokenizer());
            return new Evaluator(machine, workers).bitsPerCharacter(corpus, tokens -> {});
        }
    }

    @Test
    void aPooledModelMemorisesAShortText() throws IOException {
        Path file = train(POOLED + " --steps 400", 2, "memory.pxi");
        assertThat(bits(file, TEXT)).isLessThan(1.2);
        assertThat(bits(file, "zq%&/()=zqzq".repeat(9))).isGreaterThan(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "muon"})
    void aTransformerMemorisesAShortText(String optimizer) throws IOException {
        Path file = train(LLAMA + " --steps 300 --optimizer " + optimizer, 2, "memory.pxi");
        assertThat(bits(file, TEXT)).isLessThan(0.1);
        assertThat(bits(file, "zq%&/()=zqzq".repeat(9))).isGreaterThan(6);
    }

    @Test
    void bytesAsWeightsLoseLittle() throws IOException {
        double full = bits(train(POOLED + " --steps 300", 2, "f32.pxi"), TEXT);
        double bytes = bits(train(POOLED + " --steps 300 --weights u8", 2, "u8.pxi"), TEXT);
        assertThat(bytes).isCloseTo(full, within(0.05));
    }

    @ParameterizedTest
    @ValueSource(strings = {POOLED, LLAMA, LLAMA + " --optimizer muon --dropout 0.2"})
    void theSameSeedGivesTheSameWeightsWhateverTheThreads(String line) throws IOException {
        Path first = train(line + " --steps 12 --seed 7", 1, "a.pxi");
        assertThat(weights(train(line + " --steps 12 --seed 7", 3, "b.pxi"))).isEqualTo(weights(first));
        assertThat(weights(train(line + " --steps 12 --seed 8", 1, "c.pxi"))).isNotEqualTo(weights(first));
    }

    private static float[][] weights(Path cartridge) throws IOException {
        try (Cartridge open = Cartridge.open(cartridge)) {
            return open.program().withRole(Role.WEIGHT).stream()
                    .map(id -> open.weights().get(id).decode())
                    .toArray(float[][]::new);
        }
    }

    /** The evaluator against the plainest way: one prediction at a time from the tokens before. */
    @Test
    void theEvaluatorCountsEveryCharacterOnce() throws IOException {
        Path file = train(POOLED + " --steps 50", 2, "count.pxi");
        String text = TEXT.substring(0, 150);
        double nats = Math.log(1024);
        int[] ids = CharacterTokenizer.PROTOCOL.encode(text);
        try (Cartridge open = Cartridge.open(file)) {
            Machine machine = new ReferenceExecutor().load(open.program(), open.weights());
            float[] logits = new float[1024];
            for (int at = 1; at < ids.length; at++) {
                int from = Math.max(0, at - open.program().context());
                machine.step(Step.of(machine.newState(), Arrays.copyOfRange(ids, from, at)), logits);
                nats += CrossEntropy.nats(logits, 0, 1024, ids[at]);
            }
        }
        assertThat(bits(file, text)).isCloseTo(nats / Math.log(2) / text.length(), within(1e-4));
    }

    @Test
    void textsThatCannotBeLearntFromAreRefused() throws IOException {
        Path bad = folder.resolve("bad.txt");
        Files.write(bad, new byte[] {'a', '\n', (byte) 0xFF, 'b'});
        assertThatThrownBy(() -> TextFile.read(bad))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContainingAll("bad.txt", "byte 2, line 2", "UTF-8", "0xFF");
        Files.write(bad, new byte[] {'a', 'b', (byte) 0xE2, (byte) 0x82});
        assertThatThrownBy(() -> TextFile.read(bad)).hasMessageContaining("byte 2, line 1");
        Files.write(bad, new byte[0]);
        assertThatThrownBy(() -> TextFile.read(bad))
                .isInstanceOf(PxiException.class)
                .hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> TextFile.read(folder.resolve("none"))).isInstanceOf(UnreadableFileException.class);
        Path shortText = Runs.text(folder, "short.txt", "ab");
        Path output = folder.resolve("x.pxi");
        assertThatThrownBy(() -> Runs.begin(POOLED + " --steps 1", List.of(shortText), output))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContainingAll("short.txt", "2 tokens");
        assertThat(output).doesNotExist();
    }
}
