package org.pixelllm.forge.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.forge.train.data.Corpus;
import org.pixelllm.forge.train.data.TextMixture;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.PlainArithmetic;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * A step allocates nothing that grows with the model, over all threads. Each case is a process of its own, as training is:
 * what the compiler takes into a loop, so that vectors in it are no objects, depends on what ran before.
 */
class AllocationTest {

    /** What the cosine and the powers of StrictMath may take, in bytes. */
    private static final long BOUND = 600;

    /** Until code is compiled the Vector API's vectors are objects; plain Java needs no more than its first steps. */
    private static final int MOST_STEPS = 4000;

    private static final int WARM = 3;

    private static final String SMALL = "--dim 64 --layers 2 --heads 4 --hidden 96";
    private static final String LARGE = "--dim 64 --layers 3 --heads 4 --hidden 96";

    private static final String TEXT = "the cat sat on the mat; the dog dug a den. ".repeat(40);

    @TempDir
    private Path folder;

    /** Each waits for the compiler, the vectors longest: in short, what the long form tries one by one is in one run. */
    static Stream<Arguments> runs() {
        Stream<Arguments> few = Stream.of(
                arguments("plain", "1", "--dim 16 --layers 1 --heads 2 --hidden 32 --optimizer adamw"),
                arguments("plain", "2", "--family pooled-mlp --dim 32 --hidden 64"),
                arguments("vector", "2", SMALL + " --kv-heads 2 --optimizer muon --dropout 0.1 --qk-norm yes"));
        return !Boolean.getBoolean("pixelllm.long")
                ? few
                : Stream.concat(
                        few,
                        Stream.of(
                                arguments("plain", "2", LARGE + " --kv-heads 2 --optimizer muon --dropout 0.1"),
                                arguments("vector", "1", SMALL + " --kv-heads 2 --optimizer muon --dropout 0.1"),
                                arguments("vector", "2", SMALL + " --optimizer adamw --qk-norm yes")));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void ofAStepIsConstant(String kind, String threads, String line) throws IOException, InterruptedException {
        Path said = folder.resolve("said.txt");
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        classes,
                        AllocationTest.class.getName(),
                        kind,
                        threads,
                        line)
                .redirectOutput(said.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
        assertThat(Long.parseLong(Files.readString(said).strip()))
                .as("bytes allocated by a step")
                .isBetween(0L, BOUND);
    }

    /** Prints the bytes that a step allocates once it is warm: the least of any. */
    public static void main(String[] args) {
        Supplier<Arithmetic> arithmetic = args[0].equals("plain") ? PlainArithmetic::new : VectorArithmetic::new;
        Settings settings = Settings.of(Runs.settings(args[2] + " --context 32 --batch 9 --steps " + MOST_STEPS));
        TrainingOptions options = TrainingOptions.of(settings, MOST_STEPS);
        int[] ids = CharacterTokenizer.PROTOCOL.encode(TEXT);
        TextMixture mix = new TextMixture(List.of(new Corpus("text", "", TEXT.length(), ids)), null);
        Program program = Architecture.program(settings, 1024, ElementType.F32);
        ThreadMXBean java = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        try (Workers workers = new Workers(Integer.parseInt(args[1]))) {
            Trainer trainer = new Trainer(program, options, mix, arithmetic, workers);
            trainer.reset(settings.seed());
            for (int step = 0; step < MOST_STEPS && least > BOUND; step++) {
                long before = java.getTotalThreadAllocatedBytes();
                trainer.step(options, step);
                long bytes = java.getTotalThreadAllocatedBytes() - before;
                if (step >= WARM) {
                    least = Math.min(least, bytes);
                }
            }
        }
        System.out.println(least);
    }
}
