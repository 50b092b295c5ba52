package org.pixelllm.bench;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Style;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.simd.Form;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/**
 * How much slower a session becomes with its length: one thread's time for a token, and for a token of many, at the beginning and
 * at a depth, measured in turns. Random weights; the medians, by the processor's time.
 */
public final class Depth {

    private static final String USAGE =
            "bench/depth [-s] [-d DEPTH] [-r ROUNDS] [-p PROMPT] VOCABULARY DIM HIDDEN LAYERS HEADS KV_HEADS TYPE";
    private static final int DECODED = 24;
    private static final int PIECE = 256;
    private static final double MICROS = 1e3;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Depth() {}

    /** Reads the options and measures. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> measure(arguments));
    }

    private static void measure(String[] arguments) {
        Form form = Form.VECTOR;
        int depth = 2000;
        int rounds = 7;
        int prompt = PIECE;
        int at = 0;
        for (; at < arguments.length && arguments[at].startsWith("-"); at++) {
            switch (arguments[at]) {
                case "-s" -> form = Form.SCALAR;
                case "-d" -> depth = Integer.parseInt(arguments[++at]);
                case "-r" -> rounds = Integer.parseInt(arguments[++at]);
                case "-p" -> prompt = Integer.parseInt(arguments[++at]);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (arguments.length - at != 7) {
            throw new IllegalArgumentException(USAGE);
        }
        int[] sizes =
                Arrays.stream(arguments, at, at + 6).mapToInt(Integer::parseInt).toArray();
        ElementType type = ElementType.ofWord(arguments[at + 6]);
        if (type == null) {
            throw new IllegalArgumentException(USAGE);
        }
        Program program = program(sizes, type, depth + 2 * prompt + DECODED);
        try (Arena arena = Arena.ofShared();
                Executor executor = new SimdExecutor(1, form);
                Machine machine = executor.load(program, weights(program, arena));
                State deep = machine.newState();
                State state = machine.newState()) {
            run(machine, state, deep, depth, rounds, prompt);
        }
    }

    private static void run(Machine machine, State state, State deep, int depth, int rounds, int prompt) {
        int[] tokens =
                new Random(1).ints(depth, 0, machine.program().vocabulary()).toArray();
        for (int from = 0; from < depth; from += PIECE) {
            take(machine, deep, Arrays.copyOfRange(tokens, from, Math.min(depth, from + PIECE)));
        }
        int[] piece = Arrays.copyOf(tokens, prompt);
        double[][] times = new double[4][rounds];
        for (int round = -2; round < rounds; round++) {
            double[] now = new double[4];
            state.reset();
            now[0] = decode(machine, state, tokens);
            state.copyFrom(deep);
            now[1] = decode(machine, state, tokens);
            state.reset();
            now[2] = take(machine, state, piece) / prompt;
            state.copyFrom(deep);
            now[3] = take(machine, state, piece) / prompt;
            for (int i = 0; i < now.length && round >= 0; i++) {
                times[i][round] = now[i];
            }
        }
        for (double[] each : times) {
            Arrays.sort(each);
        }
        int middle = rounds / 2;
        System.out.printf(
                Locale.ROOT,
                "decode %.0f us a token, %.0f at depth %d: %.2f of the speed; prefill %.0f us a token, %.0f: %.2f%n",
                times[0][middle],
                times[1][middle],
                depth,
                times[0][middle] / times[1][middle],
                times[2][middle],
                times[3][middle],
                times[2][middle] / times[3][middle]);
    }

    /** Microseconds of a token, one by one. */
    private static double decode(Machine machine, State state, int[] tokens) {
        double micros = 0;
        for (int i = 0; i < DECODED; i++) {
            micros += take(machine, state, new int[] {tokens[i]});
        }
        return micros / DECODED;
    }

    /** Microseconds of a step. */
    private static double take(Machine machine, State state, int[] tokens) {
        float[] logits = new float[machine.program().vocabulary()];
        long start = THREADS.getCurrentThreadCpuTime();
        machine.step(Step.of(state, tokens), logits);
        return (THREADS.getCurrentThreadCpuTime() - start) / MICROS;
    }

    private static Program program(int[] sizes, ElementType type, int context) {
        int dim = sizes[1];
        Rope rope = Rope.plain(Rope.Pairing.ADJACENT, dim / sizes[4], 10_000);
        Decoder.Attention attention = Decoder.Attention.full(new Heads(sizes[4], sizes[5], dim / sizes[4]), rope);
        Decoder.Layer layer = new Decoder.Layer(attention, new Feed.Dense(sizes[2]));
        Embedding embedding = new Embedding(sizes[0], dim, true);
        return Decoder.uniform(Style.LLAMA, embedding, context, sizes[3], layer, Decoder.Biases.NONE, 1e-5f, type)
                .program();
    }

    /** The values repeat themselves from row to row: they cost no less to compute with, and less to make. */
    private static Weights weights(Program program, Arena arena) {
        Random random = new Random(1);
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            Groups groups = tensor.groups();
            float[] values = new float[Math.toIntExact(tensor.elements())];
            float scale = (float) (1 / Math.sqrt(tensor.columns()));
            for (int i = 0; i < values.length; i++) {
                values[i] = groups.lines() == Groups.VECTOR
                        ? 1
                        : i < 100_003 ? (random.nextFloat() - 0.5f) * scale : values[i - 100_003];
            }
            weights.put(id, WeightTensor.inMemory(arena, groups, values));
        }
        return new Weights(weights);
    }
}
