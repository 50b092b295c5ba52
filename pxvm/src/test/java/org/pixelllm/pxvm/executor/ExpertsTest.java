package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.simd.Form;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Experts are products of their own rows, to the bit, and of no others. */
class ExpertsTest {

    private static final int EXPERTS = 5;
    private static final int TOKENS = 11;
    private static final int INPUTS = 67;
    private static final int OUTPUTS = 32;
    private static final int REPEATS = 5;

    static Stream<ElementType> types() {
        return Stream.of(ElementType.values()).filter(ElementType::isWeightType);
    }

    static List<Executors> executors() {
        List<Executors> all = new ArrayList<>(Executors.own());
        all.add(new Executors("simd in plain loops, 2 threads", new SimdExecutor(2, Form.SCALAR), 1e-4));
        return all;
    }

    /** The choice, the weights and the sums too. */
    @Test
    void bothFormsGiveTheSameBits() {
        assumeTrue(Form.VECTOR.isAvailable(), "needs the Vector API module");
        for (ConformanceCase c : ExpertCases.all(types().map(ElementType::word).toList())) {
            List<float[]> results = new ArrayList<>();
            for (Form form : Form.values()) {
                float[] logits = new float[c.expected().length];
                try (Machine machine = new SimdExecutor(1, form).load(c.program(), c.weights());
                        State state = machine.newState()) {
                    machine.step(new Step(List.of(new Step.Part(state, c.tokens(), c.rows()))), logits);
                }
                results.add(logits);
            }
            assertThat(results.get(0)).as(c.name()).isEqualTo(results.get(1));
        }
    }

    private static Program parse(String weight, String value) throws PxiException {
        return Assembler.parse("""
                pxvm 1
                context 64
                input tokens ids [T]
                weight table f32 [11, 67]
                weight score_table f32 [11, 5]
                weight out f32 [11, 32]
                weight w WEIGHT
                scratch x f32 [T, 67]
                scratch scores f32 [T, 5]
                scratch route f32 [T, 2]
                scratch y f32 [T, 32]
                scratch last f32 [R, 32]
                output logits f32 [R, 11]
                x = embed tokens table
                scores = embed tokens score_table
                route = route scores k=1 gate=0 normalise=1 scale=1.0
                y = VALUE
                last = select y
                logits = matmul last out _
                """.replace("WEIGHT", weight).replace("VALUE", value), "experts");
    }

    private static float[] random(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Scores with which each token goes to the expert of this number. */
    private static float[] scores(int[] expertOf) {
        float[] scores = new float[TOKENS * EXPERTS];
        for (int token = 0; token < TOKENS; token++) {
            scores[token * EXPERTS + expertOf[token]] = 1;
        }
        return scores;
    }

    private static Weights weights(Program program, Map<String, WeightTensor> byName) {
        Map<Integer, WeightTensor> weights = new HashMap<>();
        for (int id = 0; id < program.tensors().size(); id++) {
            WeightTensor weight = byName.get(program.tensor(id).name());
            if (weight != null) {
                weights.put(id, weight);
            }
        }
        return new Weights(weights);
    }

    private static Map<String, WeightTensor> weights(Random random, int[] expertOf, WeightTensor w) {
        Arena arena = Arena.ofAuto();
        Map<String, WeightTensor> byName = new HashMap<>();
        float[] table = random(random, TOKENS * INPUTS);
        float[] out = random(random, TOKENS * OUTPUTS);
        byName.put("table", WeightTensor.matrix(arena, ElementType.F32, TOKENS, INPUTS, table));
        byName.put("score_table", WeightTensor.matrix(arena, ElementType.F32, TOKENS, EXPERTS, scores(expertOf)));
        byName.put("out", WeightTensor.matrix(arena, ElementType.F32, TOKENS, OUTPUTS, out));
        byName.put("w", w);
        return byName;
    }

    /** The logits after each token of a step, the last time of several: loops make ready what is used again and again. */
    private static float[] logits(Executor executor, Program program, Weights weights, int[] tokens) {
        float[] logits = new float[tokens.length * TOKENS];
        try (Machine machine = executor.load(program, weights)) {
            for (int i = 0; i < REPEATS; i++) {
                try (State state = machine.newState()) {
                    machine.step(new Step(List.of(new Step.Part(state, tokens, tokens.length))), logits);
                }
            }
        }
        return logits;
    }

    @ParameterizedTest
    @MethodSource("types")
    void areTheProductsOfTheirRowsToTheBit(ElementType type) throws PxiException {
        Random random = new Random(type.ordinal());
        int[] expertOf = random.ints(TOKENS, 0, EXPERTS).toArray();
        int rows = EXPERTS * OUTPUTS;
        WeightTensor w = WeightTensor.matrix(Arena.ofAuto(), type, rows, INPUTS, random(random, rows * INPUTS));
        Map<String, WeightTensor> byName = weights(random, expertOf, w);
        Program experts = parse(type.word() + " [160, 67]", "experts x route w _ n=5");
        Program product = parse(type.word() + " [32, 67]", "matmul x w _");
        for (Executors each : executors()) {
            for (int count : new int[] {1, 2, 7, 50}) {
                int[] tokens = random.ints(count, 0, TOKENS).toArray();
                float[] found = logits(each.executor(), experts, weights(experts, byName), tokens);
                for (int expert = 0; expert < EXPERTS; expert++) {
                    byName.put("w", w.part(expert * OUTPUTS, OUTPUTS));
                    float[] wanted = logits(each.executor(), product, weights(product, byName), tokens);
                    for (int t = 0; t < count; t++) {
                        if (expertOf[tokens[t]] == expert) {
                            assertThat(Arrays.copyOfRange(found, t * TOKENS, (t + 1) * TOKENS))
                                    .as("%s, %s, token %d of %d", each, type, t, count)
                                    .isEqualTo(Arrays.copyOfRange(wanted, t * TOKENS, (t + 1) * TOKENS));
                        }
                    }
                }
                byName.put("w", w);
            }
        }
    }

    /** The memory ends after the chosen experts' rows: whatever is read beyond them throws. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "U8", "Q8", "Q4", "Q4K32M"})
    void onlyTheChosenExpertsRowsAreRead(ElementType type) throws PxiException {
        Random random = new Random(type.ordinal());
        int rows = EXPERTS * OUTPUTS;
        WeightTensor whole = WeightTensor.matrix(Arena.ofAuto(), type, rows, INPUTS, random(random, rows * INPUTS));
        long bytes = 2L * OUTPUTS / whole.lines() * whole.stride();
        MemorySegment some = Arena.ofAuto().allocate(bytes, 64);
        some.copyFrom(whole.pages().memory().asSlice(0, bytes));
        Pages pages = new Pages(some, 0, whole.pages().pitch(), whole.pages().payload(), Long.MAX_VALUE, 0);
        WeightTensor cut = new WeightTensor(
                whole.range(), whole.groups(), pages, 0, 0, whole.groups().count());
        int[] expertOf = random.ints(TOKENS, 0, 2).toArray();
        Map<String, WeightTensor> byName = weights(random, expertOf, cut);
        Program program = parse(type.word() + " [160, 67]", "experts x route w _ n=5");
        for (Executors each : executors()) {
            for (int count : new int[] {1, 60}) {
                int[] tokens = random.ints(count, 0, TOKENS).toArray();
                float[] found = logits(each.executor(), program, weights(program, byName), tokens);
                byName.put("w", whole);
                assertThat(found).isEqualTo(logits(each.executor(), program, weights(program, byName), tokens));
                byName.put("w", cut);
            }
        }
    }
}
