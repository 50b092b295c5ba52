package org.pixelllm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.pixelllm.engine.Batch;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Session;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Style;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;

/** Whole decode steps of Llama shapes with random weights: one operation is 256 tokens from an empty session. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open before a benchmark.
public class Decode {

    private static final int STEPS = 256;
    private static final int SESSIONS = 64;
    private static final int TOGETHER_STEPS = 16;

    /** The shapes that llama2.c publishes, by their parameters. */
    public enum Shape {
        P260K(512, 64, 172, 5, 8, 4),
        P6M(1024, 256, 688, 8, 8, 8),
        P15M(32_000, 288, 768, 6, 6, 6),
        P110M(32_000, 768, 2048, 12, 12, 12);

        private final int vocabulary;
        private final int dim;
        private final int hidden;
        private final int layers;
        private final int heads;
        private final int kvHeads;

        Shape(int vocabulary, int dim, int hidden, int layers, int heads, int kvHeads) {
            this.vocabulary = vocabulary;
            this.dim = dim;
            this.hidden = hidden;
            this.layers = layers;
            this.heads = heads;
            this.kvHeads = kvHeads;
        }

        /** The family's settings, at this most of positions. */
        Decoder family(ElementType type, int context) {
            Rope rope = Rope.plain(Rope.Pairing.ADJACENT, dim / heads, 10_000);
            Decoder.Attention attention = Decoder.Attention.full(new Heads(heads, kvHeads, dim / heads), rope);
            Decoder.Layer layer = new Decoder.Layer(attention, new Feed.Dense(hidden));
            Embedding embedding = new Embedding(vocabulary, dim, true);
            return Decoder.uniform(Style.LLAMA, embedding, context, layers, layer, Decoder.Biases.NONE, 1e-5f, type);
        }
    }

    @Param({"P260K", "P15M"})
    public Shape shape;

    @Param("F32")
    public ElementType weights;

    @Param({"1", "2"})
    public int threads;

    private Path file;
    private PixelLlm model;
    private Session session;
    private final List<Session> many = new ArrayList<>();
    private Batch together;
    private final int[] tokens = new int[SESSIONS];
    private float[] logits = {};
    private float[] logitsTogether = {};

    @SuppressWarnings("MustBeClosedChecker") // Closed by the tear-down.
    @Setup
    public void open() throws IOException {
        Program program = shape.family(weights, STEPS).program();
        Random random = new Random(1);
        Map<Integer, EncodedWeight> values = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] each = new float[Math.toIntExact(tensor.elements())];
            float scale = (float) (1 / Math.sqrt(tensor.columns()));
            for (int i = 0; i < each.length; i++) {
                each[i] = tensor.shape().size() == 1 ? 1 : (random.nextFloat() - 0.5f) * scale;
            }
            values.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), each));
        }
        file = Files.createTempFile("decode", ".pxi");
        new Model(program, values, null, new Manifest("decode", Style.LLAMA.name(), "Apache-2.0", Map.of()))
                .write(file);
        model = PixelLlm.open(file, new ExecutorChoice("simd", threads));
        session = model.newSession();
        for (int i = 0; i < SESSIONS; i++) {
            many.add(model.newSession());
        }
        together = model.batch(many);
        logits = new float[model.vocabulary()];
        logitsTogether = new float[SESSIONS * model.vocabulary()];
    }

    @Benchmark
    public float[] decode() {
        session.reset();
        for (int i = 0; i < STEPS; i++) {
            session.accept(i % 512, logits);
        }
        return logits;
    }

    /** 64 sessions step together, 16 tokens each: 1,024 tokens. */
    @Benchmark
    public float[] decodeTogether() {
        for (Session each : many) {
            each.reset();
        }
        for (int i = 0; i < TOGETHER_STEPS; i++) {
            Arrays.fill(tokens, i);
            together.accept(tokens, logitsTogether);
        }
        return logitsTogether;
    }

    @TearDown
    public void close() throws IOException {
        session.close();
        many.forEach(Session::close);
        model.close();
        Files.delete(file);
    }
}
