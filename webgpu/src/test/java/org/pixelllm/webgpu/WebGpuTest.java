package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.program.Operation.Embed;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.DeviceLostException;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.kernel.Variant;

/** What only a GPU can get wrong: what it keeps, what is copied, what is lost. */
class WebGpuTest {

    private static final Path CARTRIDGES =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges");

    private static Cartridge golden() throws IOException {
        return Cartridge.open(CARTRIDGES.resolve("golden.pxi"));
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    private static int[] greedy(Machine machine, int count) {
        int[] chosen = new int[count];
        float[] logits = new float[machine.program().vocabulary()];
        try (State state = machine.newState()) {
            int[] next = "Once upon a ti".chars().toArray();
            for (int i = 0; i < count; i++) {
                machine.step(Step.of(state, next), logits);
                chosen[i] = best(logits);
                next = new int[] {chosen[i]};
            }
        }
        return chosen;
    }

    @Test
    void passesItsOwnSelfTest() {
        SelfTest.run(OnThisGpu.one());
    }

    @Test
    void theShippedCartridgeGivesTheSameTokens() throws IOException {
        WebGpuExecutor gpu = OnThisGpu.one();
        try (Cartridge cartridge = Cartridge.open(CARTRIDGES.resolve("default.pxi"));
                Machine machine = gpu.load(cartridge.program(), cartridge.weights());
                Machine reference = new ReferenceExecutor().load(cartridge.program(), cartridge.weights())) {
            int count = Boolean.getBoolean("pixelllm.long") ? 100 : 25;
            assertThat(greedy(machine, count)).isEqualTo(greedy(reference, count));
        }
    }

    /**
     * Each prediction has a session of its own, as a command's have. Steps, sessions and machines free what they take, and the
     * process does not grow. Ten thousand predictions with {@code -Dpixelllm.long=true}, else two hundred.
     */
    @Test
    void nothingGrowsOverManyPredictions() throws IOException {
        WebGpuExecutor gpu = OnThisGpu.one();
        Device device = GpuThread.call(() -> gpu.gpu().device());
        long bytesBefore = device.bytes();
        int buffersBefore = device.buffers();
        try (Cartridge cartridge = golden();
                Machine machine = gpu.load(cartridge.program(), cartridge.weights())) {
            int count = Boolean.getBoolean("pixelllm.long") ? 10_000 : 200;
            predict(machine, count / 2); // until the driver has what it keeps
            long bytes = device.bytes();
            int buffers = device.buffers();
            long resident = resident();
            predict(machine, count);
            assertThat(device.bytes()).isEqualTo(bytes);
            assertThat(device.buffers()).isEqualTo(buffers);
            assertThat(resident() - resident).as("kilobytes").isLessThan(16 << 10);
        }
        assertThat(device.bytes()).isEqualTo(bytesBefore);
        assertThat(device.buffers()).isEqualTo(buffersBefore);
    }

    private static void predict(Machine machine, int count) {
        for (int i = 0; i < count; i++) {
            try (State state = machine.newState()) {
                machine.rows(Step.of(state, new int[] {i % 256}), new int[] {5});
            }
        }
    }

    /** Kilobytes of this process in memory without Java's garbage; 0 where the system does not report it. */
    private static long resident() throws IOException {
        System.gc();
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** T, R, position, row, two pixels; and for a model with state, 16 bytes of its session's numbers. */
    @Test
    void aTokenIsAFewBytesUpAndOneSubmit() throws IOException {
        WebGpuExecutor gpu = OnThisGpu.one();
        try (Cartridge cartridge = golden();
                Machine machine = gpu.load(cartridge.program(), cartridge.weights());
                State state = machine.newState()) {
            Device device = GpuThread.call(() -> gpu.gpu().device());
            int vocabulary = machine.program().vocabulary();
            machine.rows(Step.of(state, new int[] {64}), new int[] {5});
            long up = device.queue().bytesUp();
            long down = device.queue().bytesDown();
            long submits = device.queue().submits();
            machine.rows(Step.of(state, new int[] {65}), new int[] {5});
            assertThat(device.queue().bytesUp() - up).isEqualTo(4 * 4 + 8 + 16);
            assertThat(device.queue().bytesDown() - down)
                    .as("5 pixels, filled up; the heat map's")
                    .isEqualTo(16 + 3L * vocabulary);
            assertThat(device.queue().submits() - submits).isEqualTo(1);

            down = device.queue().bytesDown();
            machine.step(Step.of(state, new int[] {66}), new float[vocabulary]);
            assertThat(device.queue().bytesDown() - down).isEqualTo(4L * vocabulary);
            assertThat(device.queue().submits() - submits).isEqualTo(2);
        }
    }

    @Test
    void aLostDeviceIsOneClearErrorAndTheNextSessionWorks() throws IOException {
        OnThisGpu.one(); // Skips where there is none.
        try (WebGpuExecutor gpu = WebGpuExecutor.open(Variant.ROWS);
                Cartridge cartridge = golden();
                Machine machine = gpu.load(cartridge.program(), cartridge.weights())) {
            float[] expected = new float[machine.program().vocabulary()];
            float[] found = new float[expected.length];
            State state = machine.newState();
            machine.step(Step.of(state, new int[] {65}), expected);
            GpuThread.run(() -> gpu.gpu().device().destroy());
            assertThatThrownBy(() -> machine.step(Step.of(state, new int[] {66}), found))
                    .isInstanceOf(DeviceLostException.class)
                    .hasMessageContaining("Begin a new one");
            try (State next = machine.newState()) {
                machine.step(Step.of(next, new int[] {65}), found);
            }
            assertThat(found).isEqualTo(expected);
            assertThatThrownBy(() -> machine.step(Step.of(state, new int[] {66}), found))
                    .isInstanceOf(DeviceLostException.class);
            state.close();
        }
    }

    @Test
    void aWeightLargerThanABindingIsCutBetweenGroups() throws IOException {
        try (Cartridge cartridge = Cartridge.open(CARTRIDGES.resolve("default.pxi"))) {
            int table = Embed.of(cartridge.program().instructions().getFirst()).table();
            var tensor = cartridge.weights().get(table);
            List<Piece> whole = Piece.of("embed", tensor, Long.MAX_VALUE);
            assertThat(whole).hasSize(1);
            long limit = whole.getFirst().bytes() / 5;
            List<Piece> pieces = Piece.of("embed", tensor, limit);
            assertThat(pieces).hasSizeGreaterThan(4).allMatch(each -> each.bytes() <= limit);
            int next = 0;
            for (Piece piece : pieces) {
                assertThat(piece.first()).isEqualTo(next);
                assertThat(next % Groups.MATRIX).isZero();
                next += piece.count();
            }
            assertThat(next).isEqualTo(tensor.rows());
            assertThatThrownBy(() -> Piece.of("embed", tensor, 64))
                    .isInstanceOf(TooLargeException.class)
                    .hasMessageContaining("embed")
                    .hasMessageContaining("64");
        }
    }

    @Test
    void aCutWeightGivesTheSameBits() throws IOException {
        int[] text = "This is the".chars().toArray();
        try (Cartridge cartridge = golden()) {
            float[] expected = new float[cartridge.program().vocabulary()];
            try (Machine machine = OnThisGpu.one().load(cartridge.program(), cartridge.weights());
                    State state = machine.newState()) {
                machine.step(Step.of(state, text), expected);
            }
            OnThisGpu.restrict(limits -> limits.withBinding(1 << 15), narrow -> {
                float[] found = new float[expected.length];
                try (Machine cut = narrow.load(cartridge.program(), cartridge.weights());
                        State state = cut.newState()) {
                    cut.step(Step.of(state, text), found);
                }
                assertThat(found).isEqualTo(expected);
            });
        }
    }
}
