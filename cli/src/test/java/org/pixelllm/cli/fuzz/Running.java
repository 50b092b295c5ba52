package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.StateTooLargeException;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** A cartridge that could be opened says a text in tokens, and runs for one of them. */
final class Running {

    /** Values of one token that are worth the time. */
    private static final long MOST_VALUES = 1 << 20;

    private static final String TEXT = "a Text, Zoë\n  1234 🌶 <|user|></s>";

    private Running() {}

    static void check(Cartridge cartridge) throws PxiException {
        cartridge.manifest();
        Program program = cartridge.program();
        if (cartridge.hasTokenizer()) {
            Tokenizer tokenizer = cartridge.tokenizer();
            for (int id : tokenizer.encode(TEXT)) {
                assertThat(id).isNotNegative();
            }
        }
        long values = program.tensors().stream()
                .mapToLong(each -> each.columns() + each.elements() / 64)
                .sum();
        if (values > MOST_VALUES) {
            return;
        }
        for (Executor executor : List.of(new ReferenceExecutor(), new SimdExecutor(1))) {
            try (executor;
                    Machine machine = executor.load(program, cartridge.weights());
                    State state = machine.newState()) {
                machine.step(Step.of(state, new int[] {0}), new float[program.vocabulary()]);
            } catch (StateTooLargeException e) {
                assertThat(e).hasMessageContaining("bytes");
            }
        }
    }
}
