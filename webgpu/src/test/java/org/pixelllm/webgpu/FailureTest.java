package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.GpuException;
import org.pixelllm.webgpu.api.GpuThread;

/** Whatever fails half way keeps nothing on the GPU: each object that is made is refused once, and the rest is counted. */
class FailureTest {

    private static final Path CARTRIDGES =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges");

    private final WebGpuExecutor gpu = OnThisGpu.one();
    private final Device device = GpuThread.call(() -> gpu.gpu().device());

    /** What a device holds. */
    private record Held(int buffers, long bytes, int bindGroups) {
        static Held by(Device device) {
            return GpuThread.call(() -> new Held(device.buffers(), device.bytes(), device.bindGroups()));
        }
    }

    private static Cartridge golden() throws IOException {
        return Cartridge.open(CARTRIDGES.resolve("golden.pxi"));
    }

    private void limitObjects(long more) {
        GpuThread.run(() -> device.limitObjects(more));
    }

    /**
     * Opens something again and again, with one object more each time, until it succeeds.
     *
     * @return what was opened, and how often it failed
     */
    private <T extends AutoCloseable> Opened<T> openAtLast(Supplier<T> opening) {
        Held before = Held.by(device);
        try {
            for (int allowed = 0; ; allowed++) {
                limitObjects(allowed);
                try {
                    return new Opened<>(opening.get(), allowed);
                } catch (GpuException e) {
                    assertThat(e).hasMessageContaining("a test allows");
                    assertThat(Held.by(device)).as("after %d objects", allowed).isEqualTo(before);
                }
            }
        } finally {
            limitObjects(Long.MAX_VALUE);
        }
    }

    private record Opened<T>(T object, int failures) {}

    @Test
    void aProgramThatCannotBeLoadedKeepsNothing() throws IOException {
        try (Cartridge cartridge = golden()) {
            Held before = Held.by(device);
            Opened<Machine> machine = openAtLast(() -> gpu.load(cartridge.program(), cartridge.weights()));
            Held loaded = Held.by(device);
            assertThat(machine.failures()).isGreaterThanOrEqualTo(loaded.buffers() - before.buffers());
            assertThat(loaded.bindGroups() - before.bindGroups()).isGreaterThan(20);
            machine.object().close();
            assertThat(Held.by(device)).isEqualTo(before);
        }
    }

    @Test
    void aSessionThatCannotBeBegunKeepsNothing() throws IOException {
        try (Cartridge cartridge = golden();
                Machine machine = gpu.load(cartridge.program(), cartridge.weights())) {
            Held before = Held.by(device);
            Opened<State> state = openAtLast(machine::newState);
            assertThat(state.failures()).isGreaterThan(2);
            state.object().close();
            assertThat(Held.by(device)).isEqualTo(before);
        }
    }

    @Test
    void aDrawingThatFailsKeepsNothing() throws IOException {
        try (Cartridge cartridge = golden()) {
            Held before = Held.by(device);
            try (Machine machine = gpu.load(cartridge.program(), cartridge.weights());
                    State state = machine.newState()) {
                Opened<AutoCloseable> drawn = openAtLast(() -> {
                    machine.rows(Step.of(state, new int[] {65}), new int[] {5});
                    return () -> {};
                });
                assertThat(drawn.failures()).isGreaterThan(7);
                assertThat(state.position()).isEqualTo(1);
            }
            assertThat(Held.by(device)).isEqualTo(before);
        }
    }

    @Test
    void aModelThatDoesNotFitKeepsNothing() throws IOException {
        try (Cartridge cartridge = golden()) {
            Held before = Held.by(device);
            OnThisGpu.restrict(
                    limits -> limits.withBuffer(20_000),
                    small -> assertThatThrownBy(() -> small.load(cartridge.program(), cartridge.weights()))
                            .isInstanceOf(TooLargeException.class)
                            .hasMessageContaining("20,000"));
            assertThat(Held.by(device)).isEqualTo(before);
        }
    }
}
