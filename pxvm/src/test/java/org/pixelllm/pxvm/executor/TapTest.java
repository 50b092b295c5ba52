package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;
import org.pixelllm.pxvm.weights.Weights;

class TapTest {

    static List<Executors> executors() {
        return Executors.all();
    }

    /** Every instruction once, after what it reads, with the reference executor's values; the logits keep their bits. */
    @ParameterizedTest
    @MethodSource("executors")
    void seesTheValuesOfEveryInstruction(Executors each) {
        for (long seed = 0; seed < 40; seed++) {
            Program program = RandomPrograms.of(seed);
            Weights weights = Values.random(program, seed);
            Map<Integer, float[]> expected = new HashMap<>();
            run(new ReferenceExecutor().load(program, weights), seed, new Seen(program, expected));
            Map<Integer, float[]> found = new HashMap<>();
            Machine machine = each.executor().load(program, weights);
            Seen seen = new Seen(program, found);
            float[] tapped = run(machine, seed, seen);
            float[] plain = run(machine, seed, null);
            assertThat(tapped).as("seed %d", seed).isEqualTo(plain);
            assertThat(seen.told).hasSize(program.instructions().size()).doesNotHaveDuplicates();
            assertThat(found.get(program.output())).isEqualTo(tapped);
            expected.forEach((id, values) -> {
                double size = 0;
                for (float value : values) {
                    size = Math.max(size, Math.abs(value));
                }
                assertThat(found.get(id))
                        .as("%s, %s", each, program.tensor(id))
                        .usingComparatorWithPrecision((float) (each.tolerance() * 10 * (1 + size)))
                        .containsExactly(values);
            });
        }
    }

    private static final class Seen implements Tap {

        private final Program program;
        private final Map<Integer, float[]> values;
        private final List<Instruction> told = new ArrayList<>();

        Seen(Program program, Map<Integer, float[]> values) {
            this.program = program;
            this.values = values;
        }

        @Override
        public void ran(TapContext context) {
            assertThat(context.nanoseconds()).isNotNegative();
            Set<Integer> before = new HashSet<>(values.keySet());
            for (Instruction each : context.instructions()) {
                told.add(each);
                for (int id : each.operands()) {
                    boolean written = id != Instruction.ABSENT
                            && program.instructions().stream().anyMatch(other -> other.result() == id);
                    assertThat(!written || before.contains(id)).isTrue();
                }
                float[] copy = context.values(each);
                assertThat(copy)
                        .hasSize(context.rows(each)
                                * program.tensor(each.result()).columns());
                values.put(each.result(), copy);
            }
        }
    }

    private static float[] run(Machine machine, long seed, @Nullable Tap tap) {
        Program program = machine.program();
        int count = Math.min(7, program.context());
        int[] tokens = new Random(seed).ints(count, 0, program.vocabulary()).toArray();
        float[] logits = new float[count * program.vocabulary()];
        try (State state = machine.newState()) {
            Step step = new Step(List.of(new Step.Part(state, tokens, count)));
            if (tap == null) {
                machine.step(step, logits);
            } else {
                machine.step(step, logits, tap);
            }
            assertThat(state.position()).isEqualTo(count);
        }
        return logits;
    }

    /** What nothing reads is written all the same, and to memory of its own. */
    @ParameterizedTest
    @MethodSource("executors")
    void seesWhatNothingReads(Executors each) throws PxiException {
        Program program = Assembler.parse("""
                pxvm 1
                context 8
                input tokens ids [T]
                weight table f32 [9, 6]
                weight a f32 [6, 6]
                weight b f32 [6, 6]
                weight out f32 [9, 6]
                scratch x f32 [T, 6]
                scratch unread f32 [T, 6]
                scratch read f32 [T, 6]
                scratch last f32 [R, 6]
                output logits f32 [R, 9]
                x = embed tokens table
                unread = matmul x a _
                read = matmul x b _
                last = select read
                logits = matmul last out _
                """, "unread");
        Weights weights = Values.random(program, 5);
        Map<Integer, float[]> expected = new HashMap<>();
        run(new ReferenceExecutor().load(program, weights), 5, new Seen(program, expected));
        Map<Integer, float[]> found = new HashMap<>();
        run(each.executor().load(program, weights), 5, new Seen(program, found));
        for (Instruction instruction : program.instructions()) {
            assertThat(found.get(instruction.result()))
                    .as(program.tensor(instruction.result()).name())
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(expected.get(instruction.result()));
        }
    }

    private static Program attention(int window, double softcap) throws PxiException {
        return Assembler.parse("""
                pxvm 1
                context 16
                input tokens ids [T]
                weight table f32 [9, 12]
                weight wk f32 [6, 12]
                weight wv f32 [6, 12]
                weight out f32 [9, 12]
                state keys f32 [16, 6]
                state values f32 [16, 6]
                scratch x f32 [T, 12]
                scratch k f32 [T, 6]
                scratch v f32 [T, 6]
                scratch seen f32 [T, 12]
                scratch last f32 [R, 12]
                output logits f32 [R, 9]
                x = embed tokens table
                k = matmul x wk _
                v = matmul x wv _
                seen = attention x k v keys values heads=4 kv_heads=2 scale=2.0 window=%d softcap=%s
                last = select seen
                logits = matmul last out _
                """.formatted(window, softcap), "attention");
    }

    /** Weights sum to 1, look back only, stay within the window, and mix the very values that the executor mixed. */
    @ParameterizedTest
    @MethodSource("executors")
    void seesHowTokensLookBack(Executors each) throws PxiException {
        for (int window : new int[] {0, 3}) {
            for (double softcap : new double[] {0, 1.5}) {
                Program program = attention(window, softcap);
                Machine machine = each.executor().load(program, Values.random(program, 8));
                List<float[]> remembered = new ArrayList<>();
                int[] looks = new int[1];
                try (State one = machine.newState();
                        State other = machine.newState()) {
                    float[] logits = new float[9];
                    int position = 0;
                    for (int count : new int[] {4, 1, 5}) {
                        int first = position;
                        Step step = new Step(List.of(
                                new Step.Part(other, new int[] {1}, 0),
                                new Step.Part(
                                        one, new Random(count).ints(count, 0, 9).toArray(), 0)));
                        machine.step(step, logits, context -> {
                            for (Instruction in : context.instructions()) {
                                if (program.tensor(in.result()).name().equals("v")) {
                                    float[] v = context.values(in);
                                    for (int t = 1; t <= count; t++) {
                                        remembered.add(Arrays.copyOfRange(v, 6 * t, 6 * t + 6));
                                    }
                                }
                                if (in.opcode() == Opcode.ATTENTION) {
                                    check(context, in, first, window, remembered, each.tolerance());
                                    looks[0]++;
                                }
                            }
                        });
                        position += count;
                    }
                }
                assertThat(looks[0]).isEqualTo(3);
            }
        }
    }

    private static void check(
            TapContext context, Instruction in, int first, int window, List<float[]> values, double tolerance) {
        float[] mixed = context.values(in);
        for (int token = 1; token < context.tokens(); token++) { // token 0 is the other session's
            int position = first + token - 1;
            for (int head = 0; head < 4; head++) {
                double[] weights = context.attention(in, token, head);
                assertThat(weights).hasSize(position + 1);
                double sum = 0;
                double[] expected = new double[3];
                for (int key = 0; key < weights.length; key++) {
                    boolean within = window == 0 || key > position - window;
                    assertThat(weights[key]).isBetween(within ? Double.MIN_VALUE : 0, within ? 1 : 0.0);
                    sum += weights[key];
                    for (int i = 0; i < 3; i++) {
                        expected[i] += weights[key] * values.get(key)[head / 2 * 3 + i];
                    }
                }
                assertThat(sum).isCloseTo(1, Offset.offset(1e-12));
                for (int i = 0; i < 3; i++) {
                    assertThat((double) mixed[token * 12 + head * 3 + i])
                            .isCloseTo(expected[i], Offset.offset(10 * tolerance));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("executors")
    void refusesWhatHasNotJustRun(Executors each) throws PxiException {
        Program program = attention(0, 0);
        Machine machine = each.executor().load(program, Values.random(program, 8));
        Instruction embed = program.instructions().getFirst();
        try (State state = machine.newState()) {
            machine.step(Step.of(state, new int[] {1, 2}), new float[9], context -> {
                Instruction in = context.instructions().getFirst();
                if (in.opcode() == Opcode.ATTENTION) {
                    assertThatThrownBy(() -> context.values(embed)).hasMessageContaining("has not just run");
                    assertThatThrownBy(() -> context.attention(in, 2, 0)).hasMessageContaining("token 2 of 2");
                    assertThatThrownBy(() -> context.attention(in, 0, 4)).hasMessageContaining("head 4 of 4");
                } else {
                    assertThatThrownBy(() -> context.attention(in, 0, 0))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(in.opcode().mnemonic());
                }
            });
        }
    }
}
