package org.pixelllm.pxvm.executor.simd;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/**
 * Runs a small model of certain weight types in both forms, in the background, until the vector form has been compiled and
 * is the faster one: for one token and for several, in rounds that follow one another.
 */
final class WarmUp implements AutoCloseable {

    /** After so long it is given up: a machine whose vectors do not become faster stays with loops. */
    private static final long MOST_NANOS = 120_000_000_000L;

    /** Rounds in a row that vectors must win. */
    private static final int WINS = 2;

    private static final int PROMPT = 12;
    private static final int REPEATS = 8;

    /** Types that are warm in this process: what was compiled stays so. */
    private static final Set<ElementType> WARM = EnumSet.noneOf(ElementType.class);

    private final Set<ElementType> types;
    private volatile boolean done;
    private volatile boolean closed;

    private WarmUp(Set<ElementType> types, boolean done) {
        this.types = types;
        this.done = done;
    }

    /** Begins to warm up what these weights need, or finds it warm. */
    static WarmUp of(Weights weights) {
        Set<ElementType> types = EnumSet.of(ElementType.F32); // of gains
        for (WeightTensor weight : weights.tensors().values()) {
            if (weight.rows() > 1) {
                types.add(weight.type());
            }
        }
        synchronized (WARM) {
            if (WARM.containsAll(types)) {
                return new WarmUp(types, true);
            }
        }
        return begin(types, WarmUp::run);
    }

    /** Begins to try vectors out, in the background. */
    static WarmUp begin(Set<ElementType> types, Consumer<WarmUp> trial) {
        WarmUp begun = new WarmUp(types, false);
        Thread.ofPlatform().daemon().name("pixel-llm-warm-up").start(() -> begun.tryOut(trial));
        return begun;
    }

    /** Whether vectors are faster now. */
    boolean isDone() {
        return done;
    }

    /** Ends it, soon. */
    @Override
    public void close() {
        closed = true;
    }

    /** Where it fails, such as for want of memory, loops go on. */
    private void tryOut(Consumer<WarmUp> trial) {
        try {
            trial.accept(this);
        } catch (RuntimeException | Error e) {
            closed = true;
        }
    }

    private void run() {
        Program program = program(types);
        try (Arena arena = Arena.ofShared();
                Workers alone = new Workers(1)) {
            Weights weights = weights(program, arena);
            Probe vectors = new Probe(new SimdMachine(program, weights, alone, Form.VECTOR));
            Probe loops = new Probe(new SimdMachine(program, weights, alone, Form.SCALAR));
            long end = System.nanoTime() + MOST_NANOS;
            for (int wins = 0; wins < WINS; ) {
                if (closed || System.nanoTime() - end > 0) {
                    return;
                }
                wins = vectors.isFasterThan(loops) ? wins + 1 : 0;
            }
        }
        synchronized (WARM) {
            WARM.addAll(types);
        }
        done = true;
    }

    /** A machine and the times of its steps. */
    private record Probe(Machine machine) {

        /** The least nanoseconds of a step of so many tokens. */
        @SuppressWarnings("MustBeClosedChecker") // Closed here.
        private long time(int tokens) {
            float[] logits = new float[machine.program().vocabulary()];
            int[] ids = new int[tokens];
            long least = Long.MAX_VALUE;
            try (State state = machine.newState()) {
                for (int i = 0; i < REPEATS; i++) {
                    long start = System.nanoTime();
                    machine.step(Step.of(state, ids), logits);
                    least = Math.min(least, System.nanoTime() - start);
                }
            }
            return least;
        }

        boolean isFasterThan(Probe other) {
            boolean one = time(1) < other.time(1);
            boolean several = time(PROMPT) < other.time(PROMPT);
            return one && several;
        }
    }

    /** One layer with a product of each type. */
    private static Program program(Set<ElementType> types) {
        List<String> weights = new ArrayList<>();
        List<String> code = new ArrayList<>();
        String x = "added";
        for (ElementType type : types) {
            String y = "y_" + type.word();
            weights.add("weight w_" + type.word() + " " + type.word() + " [256, 256]");
            weights.add("scratch " + y + " f32 [T, 256]");
            code.add(y + " = matmul " + x + " w_" + type.word() + " _");
            x = y;
        }
        String first = types.iterator().next().word();
        try {
            return Assembler.parse(
                    """
                    pxvm 1
                    context 128
                    input tokens ids [T]
                    weight table FIRST [32, 256]
                    weight gain f32 [256]
                    state keys f32 [128, 256]
                    state values f32 [128, 256]
                    scratch x f32 [T, 256]
                    scratch normed f32 [T, 256]
                    scratch turned f32 [T, 256]
                    scratch seen f32 [T, 256]
                    scratch bent f32 [T, 256]
                    scratch fed f32 [T, 256]
                    scratch added f32 [T, 256]
                    WEIGHTS
                    scratch last f32 [R, 256]
                    output logits f32 [R, 32]
                    x = embed tokens table
                    normed = rmsnorm x gain epsilon=1.0E-5
                    turned = rope normed head=64 dims=64 halves=1 theta=10000.0 factor=1.0 low=0.0 high=0.0 original=0.0
                    seen = attention turned turned normed keys values heads=4 kv_heads=4 scale=0.125 window=0 softcap=0.0
                    bent = silu seen
                    fed = mul bent seen
                    added = add fed x
                    CODE
                    last = select LAST
                    logits = matmul last table _
                    """.replace("FIRST", first)
                            .replace("WEIGHTS", String.join("\n", weights))
                            .replace("CODE", String.join("\n", code))
                            .replace("LAST", x),
                    "warm-up");
        } catch (PxiException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Weights weights(Program program, Arena arena) {
        Random random = new Random(1);
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[Math.toIntExact(tensor.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat(-0.1f, 0.1f);
            }
            weights.put(id, WeightTensor.inMemory(arena, tensor.groups(), values));
        }
        return new Weights(weights);
    }
}
