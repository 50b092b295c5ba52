package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;

class StateTest {

    static List<Executors> executors() {
        return Executors.all();
    }

    private static float[] accept(Machine machine, State state, int token) {
        float[] logits = new float[machine.program().vocabulary()];
        machine.step(Step.of(state, new int[] {token}), logits);
        return logits;
    }

    @ParameterizedTest
    @MethodSource("executors")
    void aCopyGoesOnByItself(Executors each) {
        for (long seed = 0; seed < 40; seed++) {
            Program program = RandomPrograms.of(seed);
            if (program.context() < 3 || program.vocabulary() < 3) {
                continue;
            }
            Machine machine = each.executor().load(program, Values.random(program, seed));
            State first = machine.newState();
            State copy = machine.newState();
            accept(machine, first, 1);
            accept(machine, copy, 2);
            accept(machine, copy, 0);
            copy.copyFrom(first);
            assertThat(copy.position()).isEqualTo(1);
            float[] expected = accept(machine, first, 0);
            accept(machine, first, 1);
            assertThat(accept(machine, copy, 0)).as("seed %d", seed).isEqualTo(expected);
            assertThat(first.position()).isEqualTo(3);
            assertThat(copy.position()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("executors")
    void onlyAnOpenStateOfTheSameMachineIsCopied(Executors each) {
        Program program = RandomPrograms.of(3);
        Machine machine = each.executor().load(program, Values.random(program, 3));
        State state = machine.newState();
        State closed = machine.newState();
        closed.close();
        State other = each.executor().load(program, Values.random(program, 3)).newState();
        for (State wrong : List.of(closed, other)) {
            assertThatThrownBy(() -> state.copyFrom(wrong)).hasMessageContaining("same machine");
            assertThatThrownBy(() -> wrong.copyFrom(state)).hasMessageContaining("same machine");
        }
    }
}
