package org.pixelllm.forge.train.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.reference.ReferenceArithmetic;
import org.pixelllm.pxvm.executor.simd.PlainArithmetic;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/** Every instruction's derivative against finite differences of the loss, through a program that uses it. */
class GradientTest {

    private static final int SEQUENCES = 3;
    private static final int LENGTH = 4;
    private static final int VOCABULARY = 9;
    private static final float STEP = 1e-2f;

    /** For each opcode the lines that use it between the embedding {@code x} and the value {@code y}. */
    private static final Map<Opcode, String> LINES = Map.ofEntries(
            Map.entry(Opcode.EMBED, "y = embed tokens table2"),
            Map.entry(Opcode.MEAN, "y = mean x sum"),
            Map.entry(Opcode.SELECT, ""),
            Map.entry(Opcode.MATMUL, "y = matmul x w b"),
            Map.entry(Opcode.ADD, "x2 = embed tokens table2\ny = add x x2"),
            Map.entry(Opcode.MUL, "x2 = embed tokens table2\ny = mul x x2"),
            Map.entry(Opcode.RELU, "y = relu x"),
            Map.entry(Opcode.SILU, "y = silu x"),
            Map.entry(Opcode.GELU, "y = gelu x"),
            Map.entry(Opcode.GELU_TANH, "y = gelu_tanh x"),
            Map.entry(Opcode.SCALE, "y = scale x factor=-1.5"),
            Map.entry(Opcode.SOFTCAP, "y = softcap x cap=2.0"),
            Map.entry(Opcode.RMSNORM, "x2 = rmsnorm x half epsilon=0.01\ny = rmsnorm x2 b epsilon=0.01"),
            Map.entry(Opcode.LAYERNORM, "y = layernorm x b b2 epsilon=0.01"),
            Map.entry(Opcode.POSITION, "x2 = position places\ny = mul x x2"),
            Map.entry(Opcode.ROPE, """
                x2 = rope x head=3 dims=2 halves=0 theta=5.0 factor=1.0 low=0.0 high=0.0 original=0.0
                x3 = rope x head=6 dims=6 halves=1 theta=5.0 factor=2.0 low=1.0 high=4.0 original=9.0
                x4 = rope x3 factors head=4 dims=4 halves=0 theta=5.0 factor=1.0 low=0.0 high=0.0 original=0.0
                y = mul x2 x4\
                """),
            Map.entry(Opcode.ATTENTION, """
                k = matmul x half_w _
                v = embed tokens half_table
                x2 = attention x k v keys values heads=4 kv_heads=2 scale=0.6 window=0 softcap=0.0
                y = attention x2 k v keys2 values2 heads=2 kv_heads=1 scale=0.6 window=3 softcap=1.5\
                """),
            Map.entry(Opcode.ROUTE, """
                scores = embed tokens score_table
                parts = embed tokens part_table
                route = route scores k=2 gate=0 normalise=0 scale=1.5
                route2 = route scores k=2 gate=1 normalise=0 scale=-1.0
                route3 = route scores k=2 gate=2 normalise=0 scale=1.0
                route4 = route scores k=2 gate=0 normalise=1 scale=2.0
                route5 = route scores k=2 gate=2 normalise=1 scale=3.0
                x2 = combine parts route
                x3 = combine parts route2
                x4 = combine parts route3
                x5 = combine parts route4
                x6 = combine parts route5
                s1 = add x2 x3
                s2 = mul s1 x4
                s3 = add s2 x5
                y = mul s3 x6\
                """),
            Map.entry(Opcode.EXPERTS, """
                scores = embed tokens score_table
                route = route scores k=2 gate=1 normalise=0 scale=1.0
                h = experts x route up b_up n=4
                parts = experts h route down _ n=4
                y = combine parts route\
                """),
            Map.entry(Opcode.COMBINE, """
                scores = matmul x score_w _
                route = route scores k=4 gate=2 normalise=0 scale=1.0
                all = experts x route down2 _ n=4
                y = combine all route\
                """));

    private static Program program(Opcode opcode) throws PxiException {
        String lines = LINES.get(opcode);
        assertThat(lines).as("a gradient case for %s", opcode).isNotNull();
        String value = String.valueOf(lines).isEmpty() ? "x" : "y";
        return Assembler.parse(
                """
                    pxvm 1
                    context 16
                    input tokens ids [T]
                    weight table f32 [9, 12]
                    weight table2 f32 [9, 12]
                    weight w f32 [12, 12]
                    weight b f32 [12]
                    weight b2 f32 [12]
                    weight half f32 [6]
                    weight half_w f32 [6, 12]
                    weight half_table f32 [9, 6]
                    weight places f32 [16, 12]
                    weight out f32 [9, 12]
                    weight b_out f32 [9]
                    weight factors f32 [2, 2]
                    weight score_table f32 [9, 4]
                    weight score_w f32 [4, 12]
                    weight part_table f32 [9, 24]
                    weight up f32 [20, 12]
                    weight b_up f32 [20]
                    weight down f32 [48, 5]
                    weight down2 f32 [48, 12]
                    state sum f32 [12]
                    state keys f32 [16, 6]
                    state values f32 [16, 6]
                    state keys2 f32 [16, 6]
                    state values2 f32 [16, 6]
                    scratch scores f32 [T, 4]
                    scratch route f32 [T, ROUTED]
                    scratch route2 f32 [T, 4]
                    scratch route3 f32 [T, 4]
                    scratch route4 f32 [T, 4]
                    scratch route5 f32 [T, 4]
                    scratch h f32 [T, 10]
                    scratch parts f32 [T, 24]
                    scratch all f32 [T, 48]
                    scratch x4 f32 [T, 12]
                    scratch x5 f32 [T, 12]
                    scratch x6 f32 [T, 12]
                    scratch s1 f32 [T, 12]
                    scratch s2 f32 [T, 12]
                    scratch s3 f32 [T, 12]
                    scratch x3 f32 [T, 12]
                    scratch k f32 [T, 6]
                    scratch v f32 [T, 6]
                    scratch x f32 [T, 12]
                    scratch x2 f32 [T, 12]
                    scratch y f32 [T, 12]
                    scratch last f32 [R, 12]
                    output logits f32 [R, 9]
                    x = embed tokens table
                    """.replace("ROUTED", opcode == Opcode.COMBINE ? "8" : "4") + lines + "\nlast = select " + value
                        + "\nlogits = matmul last out b_out\n",
                opcode.mnemonic());
    }

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void gradientsEqualFiniteDifferences(Opcode opcode) throws PxiException {
        Program program = program(opcode);
        assertThat(opcodes(program)).contains(opcode);
        for (Arithmetic arithmetic :
                List.of(new ReferenceArithmetic(), new PlainArithmetic(), new VectorArithmetic())) {
            Slopes slopes =
                    new Slopes(program, arithmetic, new Random(opcode.mnemonic().hashCode()));
            slopes.compute();
            int moved = 0;
            for (int id : program.withRole(Role.WEIGHT)) {
                float[] computed = slopes.gradients[id].clone();
                if (slopes.parameters.isFixed(id) || !isRead(program, id)) {
                    assertThat(computed).containsOnly(0);
                    continue;
                }
                float[] values = slopes.parameters.values(id);
                for (int i = 0; i < values.length; i++) {
                    float kept = values[i];
                    values[i] = kept + STEP;
                    double above = slopes.loss();
                    values[i] = kept - STEP;
                    double below = slopes.loss();
                    values[i] = kept;
                    double measured = (above - below) / (2.0 * STEP);
                    moved += Math.abs(measured) > 1e-3 ? 1 : 0;
                    assertThat((double) computed[i])
                            .as(
                                    "%s, weight %s, element %d",
                                    opcode, program.tensor(id).name(), i)
                            .isCloseTo(measured, within(2e-3 + 2e-2 * Math.abs(measured)));
                }
            }
            assertThat(moved).isGreaterThan(50);
        }
    }

    private static boolean isRead(Program program, int id) {
        return program.instructions().stream().anyMatch(each -> each.operands().contains(id));
    }

    /** A program over a batch of random tokens, with random weights. */
    private static final class Slopes {

        final Parameters parameters;
        final Tape tape;
        final float[][] gradients; // by tensor id
        private final int[] targets;

        Slopes(Program program, Arithmetic arithmetic, Random random) {
            parameters = new Parameters(program, 1);
            tape = new Tape(parameters, arithmetic, SEQUENCES, LENGTH);
            targets = new int[tape.tokens()];
            for (int i = 0; i < targets.length; i++) {
                tape.ids()[i] = random.nextInt(VOCABULARY);
                targets[i] = random.nextInt(VOCABULARY);
            }
            gradients = new float[program.tensors().size()][];
            for (int id : parameters.ids()) {
                float[] values = parameters.values(id);
                gradients[id] = new float[values.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                if (program.tensor(id).name().equals("score_table")) {
                    spread(values, program.tensor(id).columns());
                }
            }
        }

        /** So far apart that no step changes which experts are chosen, nor their order. */
        private static void spread(float[] scores, int columns) {
            for (int i = 0; i < scores.length; i++) {
                int row = i / columns;
                scores[i] = 0.1f * scores[i] + (i % columns + row) % columns;
            }
        }

        /** The mean loss of the batch. */
        double loss() {
            try (Workers workers = new Workers(1)) {
                parameters.pack(workers, new Arithmetic[] {tape.arithmetic()});
            }
            int output = parameters.program().output();
            float share = 1f / targets.length;
            return share
                    * CrossEntropy.apply(
                            tape.arithmetic(),
                            tape.forward(),
                            targets.length,
                            VOCABULARY,
                            targets,
                            0,
                            share,
                            tape.gradient(output));
        }

        void compute() {
            tape.begin(gradients);
            loss();
            tape.backward();
            tape.end();
        }
    }

    private static Set<Opcode> opcodes(Program program) {
        Set<Opcode> seen = EnumSet.noneOf(Opcode.class);
        for (Instruction instruction : program.instructions()) {
            seen.add(instruction.opcode());
        }
        return seen;
    }

    @Test
    void productsAgreeOnEveryShape() {
        Random random = new Random(5);
        Arithmetic[] all = {new ReferenceArithmetic(), new VectorArithmetic()};
        for (int round = 0; round < 300; round++) {
            int m = 1 + random.nextInt(round % 10 == 0 ? 220 : 40);
            int n = 1 + random.nextInt(round % 10 == 0 ? 700 : 80);
            int k = 1 + random.nextInt(round % 10 == 0 ? 600 : 60);
            int fewerColumns = round % 7 == 0 ? Math.max(1, n - 5) : n;
            int fewerRows = round % 11 == 0 ? Math.max(1, k - 3) : k;
            float[] a = random(random, m * k);
            float[] b = random(random, k * n);
            Matrix left = round % 2 == 0 ? Matrix.of(a, k) : Matrix.of(a, m).transposed();
            Matrix right = round % 3 == 0 ? Matrix.of(b, k).transposed() : Matrix.of(b, n);
            float[][] results = new float[all.length][];
            for (int i = 0; i < all.length; i++) {
                Panels panels = new Panels();
                results[i] = random(new Random(round), m * (n + 2) + 1);
                all[i].pack(k, n, right, panels);
                Matrix c = new Matrix().at(results[i], 1, n + 2, 1);
                all[i].multiply(m, fewerColumns, fewerRows, left, panels, c, round % 5 == 0);
            }
            for (int i = 0; i < results[0].length; i++) {
                assertThat(results[1][i]).as("round %d, element %d", round, i).isCloseTo(results[0][i], within(1e-3f));
            }
        }
    }

    @Test
    void functionsAgreeOnEveryLength() {
        Random random = new Random(6);
        Arithmetic plain = new ReferenceArithmetic();
        Arithmetic vector = new VectorArithmetic();
        for (int count = 1; count < 70; count++) {
            float[] x = random(random, count + 3);
            float[] y = random(random, count + 3);
            assertThat(vector.dot(x, 2, y, 3, count)).isCloseTo(plain.dot(x, 2, y, 3, count), within(1e-4f));
            float[][] results = new float[2][count];
            plain.sigmoid(x, results[0], count);
            vector.sigmoid(x, results[1], count);
            assertThat(results[1]).containsExactly(results[0], within(1e-6f));
            float[] other = x.clone();
            assertThat(vector.exponentials(other, 1, count, 2.5f))
                    .isCloseTo(plain.exponentials(x, 1, count, 2.5f), within(1e-4f));
            assertThat(other).containsExactly(x, within(1e-5f));
        }
    }

    private static float[] random(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
