package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.executor.ConformanceCase;
import org.pixelllm.pxvm.executor.ConformanceCases;
import org.pixelllm.pxvm.executor.Executors;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.program.Role;

/** Experts whose weight takes several bindings, cut where some expert's rows are. */
class ExpertsTest {

    private static final long NARROW = 12 << 10;

    @Test
    void rowsOfAnExpertMayLieInTwoBindings() {
        List<ConformanceCase> cases = ConformanceCases.few().stream()
                .filter(each -> each.name().startsWith("experts"))
                .toList();
        assertThat(cases).anyMatch(ExpertsTest::isCut);
        for (Executors each : OnThisGpu.both()) {
            WebGpuExecutor executor = (WebGpuExecutor) each.executor();
            OnThisGpu.restrict(
                    executor, limits -> limits.withBinding(NARROW), narrow -> cases.forEach(c -> check(narrow, c)));
        }
    }

    private static boolean isCut(ConformanceCase c) {
        return c.program().withRole(Role.WEIGHT).stream()
                .filter(id -> c.program().tensor(id).name().equals("up"))
                .anyMatch(id -> Piece.of("up", c.weights().get(id), NARROW).size() > 1);
    }

    private static void check(WebGpuExecutor executor, ConformanceCase c) {
        float[] logits = new float[c.expected().length];
        try (Machine machine = executor.load(c.program(), c.weights());
                State state = machine.newState()) {
            if (c.before().length > 0) {
                machine.step(new Step(List.of(new Step.Part(state, c.before(), 0))), logits);
            }
            machine.step(new Step(List.of(new Step.Part(state, c.tokens(), c.rows()))), logits);
        }
        double size = Arrays.stream(c.expected()).map(Math::abs).max().orElse(1);
        for (int i = 0; i < logits.length; i++) {
            assertThat((double) logits[i])
                    .as("%s, value %d", c, i)
                    .isCloseTo(c.expected()[i], Offset.offset(1e-4 * (1 + size)));
        }
    }
}
