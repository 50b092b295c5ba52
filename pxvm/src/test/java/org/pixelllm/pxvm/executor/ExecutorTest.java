package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.ProgramImage;
import org.pixelllm.pxvm.program.RandomPrograms;
import org.pixelllm.pxvm.weights.Weights;

class ExecutorTest {

    private static final int CHANGED_PROGRAMS = Boolean.getBoolean("pixelllm.long") ? 2_000 : 500;

    static List<Executors> executors() {
        return Executors.all();
    }

    @ParameterizedTest
    @MethodSource("executors")
    void givesTheExpectedValues(Executors each) {
        for (ConformanceCase c : ConformanceCases.all()) {
            float[] logits = new float[c.expected().length];
            try (Machine machine = each.executor().load(c.program(), c.weights());
                    State state = machine.newState()) {
                if (c.before().length > 0) {
                    machine.step(new Step(List.of(new Step.Part(state, c.before(), 0))), logits);
                }
                machine.step(new Step(List.of(new Step.Part(state, c.tokens(), c.rows()))), logits);
                assertThat(state.position()).isEqualTo(c.before().length + c.tokens().length);
            }
            double size = Arrays.stream(c.expected()).map(Math::abs).max().orElse(1);
            for (int i = 0; i < logits.length; i++) {
                assertThat((double) logits[i])
                        .as("%s: %s, value %d", each, c, i)
                        .isCloseTo(c.expected()[i], Offset.offset(each.tolerance() * (1 + size)));
            }
        }
    }

    @Test
    void theSuiteHasACaseForEveryOpcode() {
        assertThat(opcodes(ConformanceCases.all())).isEqualTo(EnumSet.allOf(Opcode.class));
        assertThat(opcodes(ConformanceCases.few())).isEqualTo(EnumSet.allOf(Opcode.class));
    }

    private static Set<Opcode> opcodes(List<ConformanceCase> cases) {
        Set<Opcode> seen = EnumSet.noneOf(Opcode.class);
        for (ConformanceCase c : cases) {
            for (Instruction instruction : c.program().instructions()) {
                seen.add(instruction.opcode());
            }
        }
        return seen;
    }

    @ParameterizedTest
    @MethodSource("executors")
    void aTextGivesTheSameBitsHoweverItIsCutIntoSteps(Executors each) {
        for (long seed = 0; seed < 40; seed++) {
            Program program = RandomPrograms.of(seed);
            int[] tokens = tokens(program, seed, Math.min(20, program.context()));
            List<int[]> single = new ArrayList<>();
            for (int token : tokens) {
                single.add(new int[] {token});
            }
            try (Machine machine = each.executor().load(program, Values.random(program, seed))) {
                float[] whole = last(machine, List.of(tokens));
                assertThat(last(machine, single)).as("seed %d", seed).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("executors")
    void aSessionGivesTheSameBitsAloneAndAmongOthers(Executors each) {
        for (long seed = 0; seed < 40; seed++) {
            Program program = RandomPrograms.of(seed);
            Machine machine = each.executor().load(program, Values.random(program, seed));
            List<Step.Part> parts = new ArrayList<>();
            List<float[]> alone = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                int[] tokens = tokens(program, 100 * seed + i, Math.min(1 + i, program.context()));
                parts.add(new Step.Part(machine.newState(), tokens, 1));
                alone.add(last(machine, List.of(tokens)));
            }
            float[] together = new float[parts.size() * program.vocabulary()];
            machine.step(new Step(parts), together);
            for (int i = 0; i < parts.size(); i++) {
                int from = i * program.vocabulary();
                assertThat(Arrays.copyOfRange(together, from, from + program.vocabulary()))
                        .as("seed %d, session %d", seed, i)
                        .isEqualTo(alone.get(i));
            }
        }
    }

    /** A program that the validator lets through runs; what it refuses never comes here. */
    @ParameterizedTest
    @MethodSource("executors")
    void whateverIsValidRuns(Executors each) {
        Random random = new Random(11);
        int ran = 0;
        for (int round = 0; round < CHANGED_PROGRAMS; round++) {
            Pixels image = ProgramImage.write(RandomPrograms.of(round % 40));
            // An operand's id: what is most likely to name another tensor that might do.
            int row = image.height() - 1 - random.nextInt(4);
            int place = 3 * (row * image.width() + 1 + random.nextInt(3));
            image.rgb()[place] = (byte) random.nextInt(image.height());
            Program program;
            try {
                program = ProgramImage.read(image, "changed");
            } catch (PxiException e) {
                continue;
            }
            if (program.tensors().stream().anyMatch(t -> t.columns() > 10_000)) {
                continue;
            }
            try (Machine machine = each.executor().load(program, Values.random(program, round))) {
                last(machine, List.of(tokens(program, round, Math.min(3, program.context()))));
            }
            ran++;
        }
        assertThat(ran).isGreaterThan(CHANGED_PROGRAMS / 40);
    }

    @ParameterizedTest
    @MethodSource("executors")
    void refusesAStepThatDoesNotFit(Executors each) throws InvalidContentException {
        Program program = RandomPrograms.of(3);
        Weights weights = Values.random(program, 3);
        Machine machine = each.executor().load(program, weights);
        Machine other = each.executor().load(program, weights);
        State state = machine.newState();
        float[] logits = new float[program.vocabulary() * 4];
        assertRefused(machine, logits, "token", new Step.Part(state, new int[] {program.vocabulary()}, 1));
        assertRefused(machine, logits, "token", new Step.Part(state, new int[] {-1}, 1));
        assertRefused(machine, logits, "at least one token", new Step.Part(state, new int[0], 0));
        assertRefused(machine, logits, "rows", new Step.Part(state, new int[1], 2));
        assertRefused(machine, logits, "rows", new Step.Part(state, new int[1], -1));
        assertRefused(machine, logits, "belongs", new Step.Part(other.newState(), new int[1], 1));
        Step.Part twice = new Step.Part(state, new int[1], 1);
        assertRefused(machine, logits, "once", twice, new Step.Part(state, new int[1], 1));
        assertRefused(machine, new float[1], "logits", twice);
        assertRefused(machine, logits, "", new Step.Part(state, new int[program.context() + 1], 0));
        assertRefused(machine, logits, "at least one part");
        assertThat(state.position()).isZero();
        State closed = machine.newState();
        closed.close();
        assertRefused(machine, logits, "open", new Step.Part(closed, new int[1], 1));
    }

    private static void assertRefused(Machine machine, float[] logits, String word, Step.Part... parts) {
        assertThatThrownBy(() -> machine.step(new Step(List.of(parts)), logits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(word);
    }

    private static int[] tokens(Program program, long seed, int count) {
        return new Random(seed).ints(count, 0, program.vocabulary()).toArray();
    }

    /** The logits after the last token of a new session that takes in these steps. */
    private static float[] last(Machine machine, List<int[]> steps) {
        float[] logits = new float[machine.program().vocabulary()];
        try (State state = machine.newState()) {
            for (int[] tokens : steps) {
                machine.step(Step.of(state, tokens), logits);
            }
        }
        return logits;
    }
}
