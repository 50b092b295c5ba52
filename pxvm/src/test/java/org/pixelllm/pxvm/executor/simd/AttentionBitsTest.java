package org.pixelllm.pxvm.executor.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Attention in both forms, to the bit, against its definition written out: one head at one position, one key after the other. */
class AttentionBitsTest {

    private static final int CONTEXT = 150;
    private static final int VOCABULARY = 40;

    private static Program program(int heads, int kvHeads, int width, int window, float softcap, String type)
            throws PxiException {
        return Assembler.parse(
                """
                pxvm 1
                context C
                input tokens ids [T]
                weight qs f32 [V, Q]
                weight ks f32 [V, M]
                weight vs f32 [V, M]
                weight out f32 [V, Q]
                scratch q f32 [T, Q]
                scratch k f32 [T, M]
                scratch v f32 [T, M]
                scratch y f32 [T, Q]
                scratch last f32 [R, Q]
                state keys TYPE [C, M]
                state values TYPE [C, M]
                output logits f32 [R, V]
                q = embed tokens qs
                k = embed tokens ks
                v = embed tokens vs
                y = attention q k v keys values heads=H kv_heads=G scale=0.37 window=W softcap=S
                last = select y
                logits = matmul last out _
                """.replace("TYPE", type)
                        .replace("=H", "=" + heads)
                        .replace("=G", "=" + kvHeads)
                        .replace("=W", "=" + window)
                        .replace("=S", "=" + softcap)
                        .replace("[C", "[" + CONTEXT)
                        .replace("context C", "context " + CONTEXT)
                        .replace("Q]", heads * width + "]")
                        .replace("M]", kvHeads * width + "]")
                        .replace("[V", "[" + VOCABULARY)
                        .replace("V]", VOCABULARY + "]"),
                "attention");
    }

    private static float[] table(Program program, String name, Map<String, float[]> tables) {
        return tables.computeIfAbsent(name, key -> {
            int columns = program.tensors().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .columns();
            Random random = new Random(name.hashCode());
            float[] values = new float[VOCABULARY * columns];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * (random.nextInt(9) == 0 ? 1e-25f : 1.5f);
            }
            return values;
        });
    }

    private static Weights weights(Program program, Arena arena, Map<String, float[]> tables) {
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            float[] values = table(program, program.tensor(id).name(), tables);
            weights.put(id, WeightTensor.inMemory(arena, program.tensor(id).groups(), values));
        }
        return new Weights(weights);
    }

    /** Σ a·b in 16 lanes, folded by halves. */
    private static float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        float[] lanes = new float[Arithmetic.LANES];
        for (int i = 0; i < Math.ceilDiv(count, lanes.length) * lanes.length; i++) {
            int j = i % lanes.length;
            lanes[j] = i < count ? Math.fma(a[aAt + i], b[bAt + i], lanes[j]) : Math.fma(0f, 0f, lanes[j]);
        }
        return Arithmetic.fold(lanes);
    }

    private static float stored(float value, String type) {
        return type.equals("f16") ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
    }

    /** What each token's attention is, by the definition // [tokens][heads · width] */
    private static float[][] expected(
            int[] tokens,
            Map<String, float[]> tables,
            int heads,
            int kvHeads,
            int width,
            int window,
            float softcap,
            String type) {
        PlainArithmetic functions = new PlainArithmetic();
        int m = kvHeads * width;
        float[] keys = new float[tokens.length * m];
        float[] values = new float[tokens.length * m];
        for (int t = 0; t < tokens.length; t++) {
            for (int i = 0; i < m; i++) {
                keys[t * m + i] = stored(Objects.requireNonNull(tables.get("ks"))[tokens[t] * m + i], type);
                values[t * m + i] = stored(Objects.requireNonNull(tables.get("vs"))[tokens[t] * m + i], type);
            }
        }
        float[][] all = new float[tokens.length][heads * width];
        for (int t = 0; t < tokens.length; t++) {
            int first = window > 0 ? Math.max(0, t - window + 1) : 0;
            for (int head = 0; head < heads; head++) {
                int column = head / (heads / kvHeads) * width;
                float[] scores = new float[t - first + 1];
                for (int s = 0; s < scores.length; s++) {
                    int at = tokens[t] * heads * width + head * width;
                    scores[s] = dot(Objects.requireNonNull(tables.get("qs")), at, keys, (first + s) * m + column, width)
                            * 0.37f;
                }
                if (softcap > 0) {
                    functions.softcap(scores, scores, scores.length, softcap);
                }
                float max = Float.NEGATIVE_INFINITY;
                for (float each : scores) {
                    max = Math.max(max, each);
                }
                float share = 1 / functions.exponentials(scores, 0, scores.length, max);
                for (int i = 0; i < width; i++) {
                    float sum = 0;
                    for (int s = 0; s < scores.length; s++) {
                        sum = Math.fma(scores[s], values[(first + s) * m + column + i], sum);
                    }
                    all[t][head * width + i] = sum * share;
                }
            }
        }
        return all;
    }

    private static float[][] found(Machine machine, State state, int[] tokens, int piece) {
        List<float[]> rows = new ArrayList<>();
        float[] logits = new float[VOCABULARY];
        for (int from = 0; from < tokens.length; from += piece) {
            int[] some = Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + piece));
            machine.step(
                    Step.of(state, some),
                    logits,
                    context -> context.instructions().stream()
                            .filter(each -> each.opcode() == Opcode.ATTENTION)
                            .forEach(each -> {
                                float[] values = context.values(each);
                                int columns = values.length / some.length;
                                for (int t = 0; t < some.length; t++) {
                                    rows.add(Arrays.copyOfRange(values, t * columns, (t + 1) * columns));
                                }
                            }));
        }
        return rows.toArray(float[][]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 8, 0, 0",
        "4, 2, 16, 0, 0",
        "6, 6, 48, 0, 0",
        "8, 1, 64, 0, 0",
        "4, 4, 80, 0, 30",
        "20, 1, 32, 0, 0",
        "6, 2, 16, 5, 0",
        "3, 3, 48, 70, 20",
        "8, 2, 64, 17, 0",
        "14, 2, 32, 33, 0",
        "2, 1, 20, 40, 0",
        "4, 2, 96, 0, 0",
        "10, 2, 112, 0, 0",
        "5, 1, 128, 0, 0",
        "2, 1, 256, 0, 0"
    })
    void isItsDefinition(int heads, int kvHeads, int width, int window, float softcap) throws PxiException {
        for (String type : List.of("f32", "f16")) {
            Program program = program(heads, kvHeads, width, window, softcap, type);
            Map<String, float[]> tables = new HashMap<>();
            int[] tokens =
                    new Random(heads + width).ints(CONTEXT, 0, VOCABULARY).toArray();
            try (Arena arena = Arena.ofShared()) {
                Weights weights = weights(program, arena, tables);
                float[][] expected = expected(tokens, tables, heads, kvHeads, width, window, softcap, type);
                for (Form form : Form.values()) {
                    for (int piece : new int[] {CONTEXT, 1, 39}) {
                        try (SimdExecutor executor = new SimdExecutor(2, form);
                                Machine machine = executor.load(program, weights);
                                State state = machine.newState()) {
                            assertThat(found(machine, state, tokens, piece))
                                    .as("%s, %s, by %d", form, type, piece)
                                    .isDeepEqualTo(expected);
                        }
                    }
                }
            }
        }
    }

    /** Copies share what is full: each goes on as a session of its own, to the bit, whoever begins again or ends. */
    @ParameterizedTest
    @CsvSource({"0", "1", "15", "16", "63", "64", "65", "130"})
    void copiesGoOnByThemselves(int length) throws PxiException {
        Program program = program(4, 2, 16, 0, 0, "f32");
        Map<String, float[]> tables = new HashMap<>();
        int[] tokens = new Random(length).ints(CONTEXT, 0, VOCABULARY).toArray();
        int[] others = new Random(length + 1).ints(CONTEXT, 0, VOCABULARY).toArray();
        System.arraycopy(tokens, 0, others, 0, length);
        try (Arena arena = Arena.ofShared();
                SimdExecutor executor = new SimdExecutor(1);
                Machine machine = executor.load(program, weights(program, arena, tables));
                State first = machine.newState();
                State third = machine.newState()) {
            float[] logits = new float[VOCABULARY];
            if (length > 0) {
                machine.step(Step.of(first, Arrays.copyOf(tokens, length)), logits);
            }
            try (State second = machine.newState()) {
                found(machine, second, others, 50); // has blocks of its own
                second.copyFrom(first);
                third.copyFrom(second);
                assertGoesOn(machine, first, tokens, length, tables);
                assertGoesOn(machine, second, others, length, tables);
                first.reset();
                assertGoesOn(machine, first, others, 0, tables);
            }
            assertGoesOn(machine, third, tokens, length, tables);
        }
    }

    private static void assertGoesOn(
            Machine machine, State state, int[] tokens, int from, Map<String, float[]> tables) {
        float[][] expected = expected(tokens, tables, 4, 2, 16, 0, 0, "f32");
        float[][] rest = Arrays.copyOfRange(expected, from, expected.length);
        assertThat(found(machine, state, Arrays.copyOfRange(tokens, from, tokens.length), 9))
                .isDeepEqualTo(rest);
    }
}
