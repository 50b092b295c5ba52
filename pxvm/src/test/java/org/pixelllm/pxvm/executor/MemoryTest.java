package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.executor.memory.NativeSpace;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;

/** What a program asks for is compared with what there is before it is taken, on every executor. */
class MemoryTest {

    private static final int DIM = 1024;

    static List<Executors> executors() {
        return Executors.all();
    }

    /** A small program that holds very many values at once: each of its copies of x is used again at the end. */
    private static Program wide(int copies) throws PxiException {
        StringBuilder text = new StringBuilder("""
                pxvm 1
                context 4096
                input tokens ids [T]
                weight table u8 [4, D]
                weight out u8 [4, D]
                scratch x f32 [T, D]
                scratch last f32 [R, D]
                output logits f32 [R, 4]
                """);
        for (int i = 0; i < copies; i++) {
            text.append("scratch copy").append(i).append(" f32 [T, D]\n");
            text.append("scratch sum").append(i).append(" f32 [T, D]\n");
        }
        text.append("x = embed tokens table\n");
        for (int i = 0; i < copies; i++) {
            text.append("copy").append(i).append(" = relu x\n");
        }
        String sum = "x";
        for (int i = 0; i < copies; i++) {
            text.append("sum")
                    .append(i)
                    .append(" = add ")
                    .append(sum)
                    .append(" copy")
                    .append(i)
                    .append('\n');
            sum = "sum" + i;
        }
        text.append("last = select ").append(sum).append("\nlogits = matmul last out _\n");
        return Assembler.parse(text.toString().replace("D]", DIM + "]"), "wide");
    }

    @ParameterizedTest
    @MethodSource("executors")
    void aStepOfTooMuchScratchIsRefusedAndASmallerOneRuns(Executors each) throws PxiException {
        Program program = wide(1_000);
        Machine machine = each.executor().load(program, Values.random(program, 1));
        State state = machine.newState();
        int[] tokens = new int[512];
        float[] logits = new float[program.vocabulary()];
        assertThatThrownBy(() -> machine.step(Step.of(state, tokens), logits))
                .isInstanceOf(StateTooLargeException.class)
                .hasMessageContainingAll("a step of 512 tokens", "more than the limit of 1,073,741,824");
        assertThat(state.position()).isZero();
        machine.step(Step.of(state, Arrays.copyOf(tokens, 2)), logits);
        assertThat(state.position()).isEqualTo(2);
    }

    private static Program remembering(int width, int window) throws PxiException {
        return Assembler.parse("""
                pxvm 1
                context 16777216
                input tokens ids [T]
                weight table u8 [4, W]
                weight out u8 [4, W]
                scratch x f32 [T, W]
                scratch y f32 [T, W]
                scratch last f32 [R, W]
                state keys f32 [16777216, W]
                state values f32 [16777216, W]
                output logits f32 [R, 4]
                x = embed tokens table
                y = attention x x x keys values heads=1 kv_heads=1 scale=1.0 window=WINDOW softcap=0.0
                last = select y
                logits = matmul last out _
                """.replace("W]", width + "]").replace("WINDOW", String.valueOf(window)), "huge");
    }

    /** Keys and values of 8 and 64 GB: what grows opens at once, what is taken at once is refused. */
    @ParameterizedTest
    @MethodSource("executors")
    void aHugeContextTakesMemoryAsPositionsCome(Executors each) throws PxiException {
        for (int width : List.of(64, 512)) { // one that an array holds, and one that none does
            Program program = remembering(width, 0);
            Machine machine = each.executor().load(program, Values.random(program, 1));
            if (!(machine instanceof HostMachine)) {
                assertThatThrownBy(machine::newState)
                        .isInstanceOf(StateTooLargeException.class)
                        .hasMessageContainingAll("a session", "bytes", "--context");
                continue;
            }
            try (State state = machine.newState()) {
                machine.step(Step.of(state, new int[100]), new float[program.vocabulary()]);
                assertThat(((HostState) state).positions().bytes()).isEqualTo(128L * 2 * 4 * width);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("executors")
    void positionsThatDoNotFitAreRefusedAndNothingRuns(Executors each, @TempDir Path folder) throws IOException {
        Program program = remembering(512, 1);
        if (!(each.executor().load(program, Values.random(program, 1)) instanceof HostMachine machine)) {
            return; // it takes all at once
        }
        Path meminfo = folder.resolve("meminfo");
        Files.writeString(meminfo, "MemTotal:       9000000 kB\nMemAvailable:    524288 kB\n");
        machine.use(new NativeSpace(meminfo));
        float[] logits = new float[program.vocabulary()];
        try (State state = machine.newState()) {
            machine.step(Step.of(state, new int[600]), logits);
            Files.writeString(
                    meminfo, "MemTotal:       9000000 kB\nMemAvailable:    263168 kB\n"); // 1 MB beyond the reserve
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 60; i++) {
                            machine.step(Step.of(state, new int[600]), logits);
                        }
                    })
                    .isInstanceOf(StateTooLargeException.class)
                    .hasMessageContainingAll("positions", "and 1,048,576 are left", "--context", "--keys-values f16");
            int position = state.position();
            assertThat(position % 600).isZero();
            state.reset();
            machine.step(Step.of(state, new int[2]), logits);
            assertThat(state.position()).isEqualTo(2);
        }
    }
}
