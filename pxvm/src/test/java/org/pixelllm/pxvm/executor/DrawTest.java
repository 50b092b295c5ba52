package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;

/** Rows are drawn as the logits that a step gives say, within 1, wherever they are drawn. */
class DrawTest {

    static List<Executors> executors() {
        return Executors.all();
    }

    @ParameterizedTest
    @MethodSource("executors")
    void drawsWhatAStepGives(Executors each) {
        for (long seed = 0; seed < 30; seed++) {
            Program program = RandomPrograms.of(seed);
            int vocabulary = program.vocabulary();
            Random random = new Random(seed);
            try (Machine machine = each.executor().load(program, Values.random(program, seed));
                    State telling = machine.newState();
                    State other = machine.newState();
                    State drawing = machine.newState();
                    State second = machine.newState()) {
                int count = Math.min(3, program.context());
                int[] ids = random.ints(count, 0, vocabulary).toArray();
                int[] tops = random.ints(count + 1, 1, vocabulary + 1).toArray();
                float[] logits = new float[(count + 1) * vocabulary];
                machine.step(both(telling, other, ids), logits);
                List<Row> drawn = machine.rows(both(drawing, second, ids), tops);
                assertThat(drawn).hasSize(count + 1);
                assertThat(drawing.position()).isEqualTo(count);
                for (int row = 0; row <= count; row++) {
                    float[] its = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
                    DrawnAs.compare("seed " + seed, drawn.get(row), its, tops[row]);
                }
            }
        }
    }

    /** All rows of one session, and the last one of another. */
    private static Step both(State first, State second, int[] ids) {
        return new Step(List.of(new Step.Part(first, ids, ids.length), new Step.Part(second, ids, 1)));
    }

    @ParameterizedTest
    @MethodSource("executors")
    void refusesSizesThatDoNotFit(Executors each) {
        Program program = RandomPrograms.of(3);
        List<int[]> wrong = new ArrayList<>(List.of(new int[0], new int[] {1, 1}, new int[] {-1}));
        wrong.add(new int[] {program.vocabulary() + 1});
        try (Machine machine = each.executor().load(program, Values.random(program, 3));
                State state = machine.newState()) {
            for (int[] tops : wrong) {
                assertThatThrownBy(() -> machine.rows(Step.of(state, new int[1]), tops))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("of");
            }
            assertThat(state.position()).isZero();
        }
    }
}
