package org.pixelllm.webgpu;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.Row;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;
import org.pixelllm.webgpu.api.GpuUnavailableException;

/** Runs small programs on an adapter and compares with the reference executor: drivers have been silently wrong. */
final class SelfTest {

    /** How far a logit may be off, relative to 1 + the largest. */
    private static final double TOLERANCE = 1e-3;

    /** How far a grey or a confidence may be off. */
    private static final int SHADES = 2;

    /**
     * A transformer's instructions, of a width that is no multiple of four. Each type of weights is in a product or in a
     * lookup of one of the two programs.
     */
    private static final String TRANSFORMER = """
            pxvm 1
            context 24
            input tokens ids [T]
            weight table f16 [19, 66]
            weight gain f32 [66]
            weight wq q8 [66, 66]
            weight bq bf16 [66]
            weight wk q4 [33, 66]
            weight wv q4k32m [33, 66]
            weight wo q8k16 [66, 66]
            weight norm_gain f32 [66]
            weight norm_bias f16 [66]
            weight out f32 [19, 66]
            state keys f32 [24, 33]
            state values f32 [24, 33]
            scratch x f32 [T, 66]
            scratch n f32 [T, 66]
            scratch q f32 [T, 66]
            scratch qr f32 [T, 66]
            scratch k f32 [T, 33]
            scratch kr f32 [T, 33]
            scratch v f32 [T, 33]
            scratch a f32 [T, 66]
            scratch o f32 [T, 66]
            scratch s f32 [T, 66]
            scratch g f32 [T, 66]
            scratch m f32 [T, 66]
            scratch r f32 [T, 66]
            scratch ln f32 [T, 66]
            scratch last f32 [R, 66]
            output logits f32 [R, 19]
            x = embed tokens table
            n = rmsnorm x gain epsilon=1.0E-5
            q = matmul n wq bq
            qr = rope q head=11 dims=10 halves=1 theta=10000.0 factor=1.0 low=0.0 high=0.0 original=0.0
            k = matmul n wk _
            kr = rope k head=11 dims=10 halves=1 theta=10000.0 factor=1.0 low=0.0 high=0.0 original=0.0
            v = matmul n wv _
            a = attention qr kr v keys values heads=6 kv_heads=3 scale=0.4 window=0 softcap=0.0
            o = matmul a wo _
            s = silu o
            g = gelu_tanh s
            m = mul g n
            r = add x m
            ln = layernorm r norm_gain norm_bias epsilon=1.0E-5
            last = select ln
            logits = matmul last out _
            """;

    /** Wide enough for two units of every type. */
    private static final String POOLED = """
            pxvm 1
            context 24
            input tokens ids [T]
            weight table u8 [19, 267]
            weight table2 bf16 [19, 267]
            weight table3 q4k16 [19, 267]
            weight table4 q4k16m [19, 267]
            weight table5 q8k32m [19, 267]
            weight places q8m [24, 267]
            weight places2 q4m [24, 267]
            weight out q4 [19, 267]
            state sum f32 [267]
            scratch x f32 [T, 267]
            scratch x2 f32 [T, 267]
            scratch x3 f32 [T, 267]
            scratch x4 f32 [T, 267]
            scratch x5 f32 [T, 267]
            scratch p f32 [T, 267]
            scratch p2 f32 [T, 267]
            scratch s2 f32 [T, 267]
            scratch s3 f32 [T, 267]
            scratch s4 f32 [T, 267]
            scratch s5 f32 [T, 267]
            scratch s6 f32 [T, 267]
            scratch s7 f32 [T, 267]
            scratch m f32 [T, 267]
            scratch c f32 [T, 267]
            scratch h f32 [T, 267]
            scratch last f32 [R, 267]
            scratch z f32 [R, 267]
            scratch y f32 [R, 267]
            output logits f32 [R, 19]
            x = embed tokens table
            x2 = embed tokens table2
            s2 = add x x2
            x3 = embed tokens table3
            s3 = add s2 x3
            x4 = embed tokens table4
            s4 = add s3 x4
            x5 = embed tokens table5
            s5 = add s4 x5
            p = position places
            s6 = add s5 p
            p2 = position places2
            s7 = add s6 p2
            m = mean s7 sum
            c = softcap m cap=2.0
            h = relu c
            last = select h
            z = gelu last
            y = scale z factor=1.5
            logits = matmul y out _
            """;

    /** Experts whose rows do not begin a group, one with inputs of its own for each. */
    private static final String MIXTURE = """
            pxvm 1
            context 24
            input tokens ids [T]
            weight table f32 [19, 66]
            weight factors f32 [2, 5]
            weight router f32 [6, 66]
            weight up q4 [138, 66]
            weight b_up f32 [138]
            weight down q8 [396, 23]
            weight out f32 [19, 66]
            scratch x f32 [T, 66]
            scratch turned f32 [T, 66]
            scratch scores f32 [T, 6]
            scratch chosen f32 [T, 4]
            scratch h f32 [T, 46]
            scratch parts f32 [T, 132]
            scratch y f32 [T, 66]
            scratch last f32 [R, 66]
            output logits f32 [R, 19]
            x = embed tokens table
            turned = rope x factors head=11 dims=10 halves=0 theta=10000.0 factor=1.0 low=0.0 high=0.0 original=0.0
            scores = matmul turned router _
            chosen = route scores k=2 gate=0 normalise=1 scale=1.5
            h = experts turned chosen up b_up n=6
            parts = experts h chosen down _ n=6
            y = combine parts chosen
            last = select y
            logits = matmul last out _
            """;

    private SelfTest() {}

    /**
     * Runs the test.
     *
     * @throws GpuUnavailableException where the adapter's values differ
     */
    static void run(WebGpuExecutor executor) {
        for (String text : List.of(TRANSFORMER, POOLED, MIXTURE)) {
            Program program = parse(text);
            try (Arena arena = Arena.ofShared()) {
                Weights weights = random(program, arena);
                try (Machine reference = new ReferenceExecutor().load(program, weights);
                        Machine machine = executor.load(program, weights)) {
                    compare(executor, logits(reference), logits(machine));
                    compare(executor, drawn(reference), drawn(machine));
                }
            }
        }
    }

    private static void compare(WebGpuExecutor executor, float[] expected, float[] found) {
        double size = 0;
        for (float value : expected) {
            size = Math.max(size, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(found[i] - expected[i]) <= TOLERANCE * (1 + size))) {
                throw incorrect(executor, expected[i], found[i]);
            }
        }
    }

    private static void compare(WebGpuExecutor executor, Row expected, Row found) {
        List<Prediction> predictions = expected.prediction(expected.top()).predictions();
        for (int i = 0; i < predictions.size(); i++) {
            Prediction correct = predictions.get(i);
            Prediction computed = found.prediction(expected.top()).predictions().get(i);
            if (computed.id() != correct.id() || Math.abs(computed.confidence() - correct.confidence()) > SHADES) {
                throw incorrect(executor, correct, computed);
            }
        }
        for (int id = 0; id < LogitsHeatmap.WIDTH; id++) {
            int correct = expected.heatmap().value(id);
            int computed = found.heatmap().value(id);
            if (Math.abs(computed - correct) > SHADES) {
                throw incorrect(executor, "grey " + correct, computed);
            }
        }
    }

    private static GpuUnavailableException incorrect(WebGpuExecutor executor, Object expected, Object found) {
        return new GpuUnavailableException(
                "%s computes incorrectly: a self-test expected %s and found %s. Run with -x simd, and report this with the driver's version."
                        .formatted(executor.description(), expected, found));
    }

    private static Program parse(String text) {
        try {
            return Assembler.parse(text, "self-test");
        } catch (PxiException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Several tokens, then one. */
    private static float[] logits(Machine machine) {
        float[] several = new float[2 * machine.program().vocabulary()];
        float[] one = new float[machine.program().vocabulary()];
        try (State state = machine.newState()) {
            machine.step(
                    new Step(List.of(new Step.Part(state, new int[] {3, 18, 0, 7, 7, 1, 12, 5, 9, 4}, 2))), several);
            machine.step(Step.of(state, new int[] {11}), one);
        }
        float[] all = new float[several.length + one.length];
        System.arraycopy(several, 0, all, 0, several.length);
        System.arraycopy(one, 0, all, several.length, one.length);
        return all;
    }

    private static Row drawn(Machine machine) {
        try (State state = machine.newState()) {
            return machine.rows(Step.of(state, new int[] {3, 18, 0, 7}), new int[] {5})
                    .getFirst();
        }
    }

    private static Weights random(Program program, Arena arena) {
        Random random = new Random(7);
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[Math.toIntExact(tensor.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() / 2;
            }
            weights.put(id, WeightTensor.inMemory(arena, tensor.groups(), values));
        }
        return new Weights(weights);
    }
}
