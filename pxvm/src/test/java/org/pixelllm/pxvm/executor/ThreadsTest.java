package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The SIMD executor on one thread and on several; no other executor has threads to choose. */
class ThreadsTest {

    @Test
    void threadsDoNotChangeABit() {
        List<ConformanceCase> cases = new ArrayList<>(ConformanceCases.few());
        cases.addAll(ConformanceCases.wide());
        cases.addAll(ExpertCases.shared());
        for (ConformanceCase c : cases) {
            List<float[]> results = new ArrayList<>();
            for (Executors each : Executors.own().subList(1, 3)) {
                Machine machine = each.executor().load(c.program(), c.weights());
                float[] logits = new float[c.expected().length];
                machine.step(new Step(List.of(new Step.Part(machine.newState(), c.tokens(), c.rows()))), logits);
                results.add(logits);
            }
            assertThat(results.get(0)).as(c.name()).isEqualTo(results.get(1));
        }
    }
}
