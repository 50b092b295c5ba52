package org.pixelllm.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.images.TokenImage;

/** One answer of an open model, from token ids to logits, on each executor. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open before a benchmark.
public class Inference {

    /** The executors; what sharing among threads gains or costs shows beside one thread. */
    public enum Runner {
        REFERENCE,
        SIMD_ONE_THREAD,
        SIMD_ALL_CORES;

        ExecutorChoice choose() {
            return switch (this) {
                case REFERENCE -> new ExecutorChoice("reference", 1);
                case SIMD_ONE_THREAD -> new ExecutorChoice("simd", 1);
                case SIMD_ALL_CORES ->
                    new ExecutorChoice("simd", Runtime.getRuntime().availableProcessors());
            };
        }
    }

    /** The model, relative to the repository; another with {@code -p cartridge=FILE}. */
    @Param("cartridges/default.pxi")
    public String cartridge;

    @Param
    public Runner executor;

    /** A short text, and the longest that the protocol admits, of which the model uses what its context holds. */
    @Param({"16", "65535"})
    public int tokens;

    private PixelLlm model;
    private TokenImage input;

    @SuppressWarnings("MustBeClosedChecker") // Closed by the tear-down.
    @Setup
    public void open() throws IOException {
        model = PixelLlm.open(Path.of(cartridge), executor.choose());
        input = SampleImage.tokens(tokens);
    }

    @Benchmark
    public Answer infer() throws IOException {
        return model.predict(input);
    }

    @TearDown
    public void close() {
        model.close();
    }
}
