package org.pixelllm.forge.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.UnreadableFileException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.executor.simd.VectorProducts;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;

class TrainerTest {

    private static final String TEXT = "the cat sat on the mat; the dog dug a den. ".repeat(20);

    @TempDir
    private Path folder;

    private static Program program(ElementType type) {
        return new PooledMlp(1024, 16, 32, 2, type).program();
    }

    private static TrainingOptions options(int steps, long seed) {
        return new TrainingOptions(steps, 64, 2, 0.01, 10, 0.01, 1, seed);
    }

    private Path train(ElementType type, int steps, long seed, int threads, String name) throws IOException {
        Path file = folder.resolve(name);
        try (Workers workers = new Workers(threads)) {
            Trainer trainer = new Trainer(program(type), options(steps, seed), new VectorProducts(workers), workers);
            trainer.train(CharacterTokenizer.PROTOCOL.encode(TEXT), (step, loss) -> {});
            Manifest manifest = new Manifest("memory", PooledMlp.NAME, "Apache-2.0", Map.of());
            new Model(program(type), trainer.weights(program(type)), CharacterTokenizer.PROTOCOL, manifest).write(file);
        }
        return file;
    }

    private double bits(Path cartridge, String text) throws IOException {
        Path file = folder.resolve("text.txt");
        Files.writeString(file, text);
        try (Cartridge open = Cartridge.open(cartridge);
                Workers workers = new Workers(2)) {
            Machine machine = new SimdExecutor(2).load(open.program(), open.weights());
            Corpus corpus = Corpus.read(file, open.tokenizer());
            return new Evaluator(machine, workers).bitsPerCharacter(corpus, tokens -> {});
        }
    }

    @Test
    void aModelMemorisesAShortText() throws IOException {
        Path file = train(ElementType.F32, 400, 1, 2, "memory.pxi");
        assertThat(bits(file, TEXT)).isLessThan(1.2);
        assertThat(bits(file, "zq%&/()=zqzq".repeat(9))).isGreaterThan(6);
    }

    @Test
    void bytesAsWeightsLoseLittle() throws IOException {
        double full = bits(train(ElementType.F32, 300, 1, 2, "f32.pxi"), TEXT);
        double bytes = bits(train(ElementType.U8, 300, 1, 2, "u8.pxi"), TEXT);
        assertThat(bytes).isCloseTo(full, within(0.05));
    }

    @Test
    void theSameSeedGivesTheSameFileWhateverTheThreads() throws IOException {
        byte[] first = Files.readAllBytes(train(ElementType.F32, 30, 7, 1, "a.pxi"));
        assertThat(Files.readAllBytes(train(ElementType.F32, 30, 7, 3, "b.pxi")))
                .isEqualTo(first);
        assertThat(Files.readAllBytes(train(ElementType.F32, 30, 8, 1, "c.pxi")))
                .isNotEqualTo(first);
    }

    /** The evaluator against the plainest way: one prediction at a time from the tokens before. */
    @Test
    void theEvaluatorCountsEveryCharacterOnce() throws IOException {
        Path file = train(ElementType.F32, 50, 1, 2, "count.pxi");
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
        Files.write(bad, new byte[] {'a', (byte) 0xFF, 'b'});
        assertThatThrownBy(() -> Corpus.read(bad, CharacterTokenizer.PROTOCOL))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("UTF-8");
        Files.write(bad, new byte[0]);
        assertThatThrownBy(() -> Corpus.read(bad, CharacterTokenizer.PROTOCOL)).isInstanceOf(PxiException.class);
        assertThatThrownBy(() -> Corpus.read(folder.resolve("none"), CharacterTokenizer.PROTOCOL))
                .isInstanceOf(UnreadableFileException.class);
        try (Workers workers = new Workers(1)) {
            Trainer trainer =
                    new Trainer(program(ElementType.F32), options(1, 1), new VectorProducts(workers), workers);
            assertThatThrownBy(() -> trainer.train(new int[] {1, 2}, (step, loss) -> {}))
                    .hasMessageContaining("2 tokens");
        }
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> options(0, 1)).hasMessageContaining("steps");
        assertThatThrownBy(() -> new TrainingOptions(1, 1 << 20, 2, 0.01, 1, 0, 1, 1))
                .hasMessageContaining("batch");
        assertThatThrownBy(() -> new TrainingOptions(1, 1, 2, Double.NaN, 1, 0, 1, 1))
                .hasMessageContaining("rate");
    }
}
