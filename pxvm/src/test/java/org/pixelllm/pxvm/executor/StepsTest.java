package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.RandomPrograms;

/** However parts are cut into steps, nothing is lost, no step is too large, and results are those of a step a token. */
class StepsTest {

    /** Stands for a session: equal only to itself. */
    private static final class Nothing implements State {

        @Override
        public int position() {
            return 0;
        }

        @Override
        public void reset() {}

        @Override
        public void copyFrom(State other) {}

        @Override
        public void close() {}
    }

    private static int[] numbers(int count, int from) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, i -> from + i);
        return numbers;
    }

    /** What all steps together take in from a session: its tokens, and which of them have rows. */
    private static void add(List<Step> steps, State state, List<Integer> tokens, List<Integer> withRows) {
        for (Step step : steps) {
            List<Step.Part> own =
                    step.parts().stream().filter(each -> each.state() == state).toList();
            assertThat(own).as("a session stands in a step once").hasSizeLessThan(2);
            for (Step.Part part : own) {
                int count = part.tokens().length;
                for (int i = 0; i < count; i++) {
                    tokens.add(part.tokens()[i]);
                    if (i >= count - part.rows()) {
                        withRows.add(part.tokens()[i]);
                    }
                }
            }
        }
    }

    @Test
    void nothingIsLostAndNoStepIsTooLarge() {
        Random random = new Random(4);
        for (int round = 0; round < 300; round++) {
            int vocabulary = round % 3 == 0 ? 2 * Steps.MAX_LOGITS : 1 + random.nextInt(Steps.MAX_LOGITS / 3);
            List<Step.Part> parts = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                int count = 1 + random.nextInt(round % 2 == 0 ? 9 : 1500);
                int rows = switch (random.nextInt(3)) {
                    case 0 -> 0;
                    case 1 -> 1;
                    default -> Math.min(count, 1 + random.nextInt(40));
                };
                parts.add(new Step.Part(new Nothing(), numbers(count, 10_000 * i), rows));
            }
            List<Step> steps = Steps.of(parts, vocabulary);
            for (Step step : steps) {
                assertThat(step.tokens()).isBetween(1, Steps.MAX_TOKENS);
                assertThat(step.rows()).isLessThanOrEqualTo(Math.max(1, Steps.MAX_LOGITS / vocabulary));
            }
            for (Step.Part part : parts) {
                List<Integer> tokens = new ArrayList<>();
                List<Integer> withRows = new ArrayList<>();
                add(steps, part.state(), tokens, withRows);
                List<Integer> all = Arrays.stream(part.tokens()).boxed().toList();
                assertThat(tokens).isEqualTo(all);
                assertThat(withRows).isEqualTo(all.subList(all.size() - part.rows(), all.size()));
            }
        }
        assertThat(Steps.of(List.of(), 9)).isEmpty();
    }

    @Test
    void rowsComeInTheOrderOfThePartsAsLogitsOrAsImages() {
        Program program = RandomPrograms.of(3);
        int vocabulary = program.vocabulary();
        try (Machine machine = new ReferenceExecutor().load(program, Values.random(program, 3));
                State one = machine.newState();
                State other = machine.newState()) {
            int[] ids = {0, 1 % vocabulary};
            List<Step.Part> parts = List.of(new Step.Part(one, ids, 2), new Step.Part(other, new int[] {0}, 1));
            List<float[]> logits = new ArrayList<>();
            Steps steps = new Steps(machine);
            steps.run(parts, (number, values, from) -> {
                assertThat(number).isEqualTo(logits.size());
                logits.add(Arrays.copyOfRange(values, from, from + vocabulary));
            });
            assertThat(logits).hasSize(3);
            assertThat(logits.get(2)).isEqualTo(logits.get(0));
            one.reset();
            other.reset();
            List<Row> rows = steps.rows(parts, new int[] {Row.LOGITS, 1, Row.LOGITS});
            assertThat(rows.get(0).logits()).isEqualTo(logits.get(0));
            assertThat(rows.get(1).prediction(1))
                    .isEqualTo(Row.of(logits.get(1), Row.LOGITS).prediction(1));
            assertThat(rows.get(2).logits()).isEqualTo(logits.get(2));
        }
    }
}
