package org.pixelllm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.ExecutorProvider;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.reference.ReferenceExecutor;
import org.pixelllm.pxvm.executor.reference.ReferenceProvider;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.Weights;

/** Which executor runs: the one that was named, or the fastest that suits, opens and holds the model. */
class ExecutorChoiceTest {

    private static final Path GOLDEN =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/golden.pxi");

    @TempDir
    private Path folder;

    private final List<String> log = new ArrayList<>();

    /** An executor that tells what happens to it, and may be too small for every model. */
    private final class Small implements Executor {

        private final boolean holds;

        Small(boolean holds) {
            this.holds = holds;
            log.add("opened");
        }

        @Override
        public String name() {
            return "fast";
        }

        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public Machine load(Program program, Weights weights) {
            if (!holds) {
                throw new IllegalStateException("the model is too large");
            }
            return new ReferenceExecutor().load(program, weights);
        }

        @Override
        public void close() {
            log.add("closed");
        }
    }

    /** Provides one of that name, faster than all others. */
    private record Fast(Verdict suits, Supplier<Executor> opener) implements ExecutorProvider {

        @Override
        public String name() {
            return "simd"; // A choice takes no names but those that there are.
        }

        @Override
        public int rank() {
            return 9;
        }

        @Override
        public Verdict suits(long bytes) {
            return bytes < 1000 ? Verdict.no("it is for large models") : suits;
        }

        @Override
        public Executor open(int threads) {
            return opener.get();
        }
    }

    private static final ExecutorProvider.Verdict THERE = ExecutorProvider.Verdict.yes("it is there");

    private static LoadedModel load(String name, ExecutorProvider fast, long bytes) throws IOException {
        try (Cartridge cartridge = Cartridge.open(GOLDEN)) {
            LoadedModel loaded = new ExecutorChoice(name, 1)
                    .load(List.of(fast, new ReferenceProvider()), cartridge.program(), cartridge.weights(), bytes);
            loaded.close();
            return loaded;
        }
    }

    @Test
    void theFastestThatSuitsAndHoldsTheModelRuns() throws IOException {
        ChosenExecutor chosen = load(ExecutorChoice.FASTEST, new Fast(THERE, () -> new Small(true)), 1000)
                .chosen();
        assertThat(chosen.executor().name()).isEqualTo("fast");
        assertThat(chosen.reason()).isEqualTo("it is there");
        assertThat(log).containsExactly("opened", "closed");
    }

    @Test
    void oneThatCannotHoldTheModelIsClosedAndTheNextOneRuns() throws IOException {
        ChosenExecutor chosen = load(ExecutorChoice.FASTEST, new Fast(THERE, () -> new Small(false)), 1000)
                .chosen();
        assertThat(chosen.executor().name()).isEqualTo("reference");
        assertThat(chosen.reason()).isEqualTo("it runs everywhere; not simd: the model is too large");
        assertThat(log).containsExactly("opened", "closed");
    }

    @Test
    void oneThatCannotBeOpenedOrDoesNotSuitIsPassedOver() throws IOException {
        Supplier<Executor> broken = () -> {
            throw new IllegalStateException("its driver is missing");
        };
        assertThat(load(ExecutorChoice.FASTEST, new Fast(THERE, broken), 1000)
                        .chosen()
                        .reason())
                .endsWith("; not simd: its driver is missing");
        assertThat(load(ExecutorChoice.FASTEST, new Fast(THERE, broken), 999)
                        .chosen()
                        .reason())
                .endsWith("; not simd: it is for large models");
    }

    @Test
    void oneThatWasNamedAndCannotHoldTheModelIsClosedAndTheErrorIsTheCallers() {
        assertThatThrownBy(() -> load("simd", new Fast(THERE, () -> new Small(false)), 1000))
                .hasMessage("the model is too large");
        assertThat(log).containsExactly("opened", "closed");
    }

    @Test
    void whereNobodyNamesOneTheStandardOneRunsHoweverLargeTheModel() throws IOException {
        try (Cartridge cartridge = Cartridge.open(GOLDEN);
                LoadedModel loaded =
                        ExecutorChoice.automatic().load(cartridge.program(), cartridge.weights(), Long.MAX_VALUE)) {
            assertThat(loaded.chosen().executor().name()).isEqualTo("simd");
            assertThat(loaded.chosen().reason()).isEqualTo("the same bits on every processor");
        }
    }

    @Test
    void theNamesAreThoseOfTheExecutorsThatThereAre() {
        assertThat(ExecutorChoice.names()).containsExactly("auto", "fastest", "reference", "simd");
        assertThatThrownBy(() -> new ExecutorChoice("foo", 1))
                .hasMessage("there is no executor foo; there are auto, fastest, reference, simd");
        assertThatThrownBy(() -> new ExecutorChoice("auto", 0)).hasMessageContaining("not 0");
    }

    @Test
    void simdSaysWhatItIsAndWhy() {
        ChosenExecutor simd = new ExecutorChoice("simd", 2).open(0);
        try (Executor executor = simd.executor()) {
            assertThat(executor.name()).isEqualTo("simd");
            boolean vectors =
                    ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            assertThat(executor.description()).contains(vectors ? "-bit vectors" : "scalar form", "2 threads");
            assertThat(simd.reason()).isEqualTo("as asked");
        }
    }

    @Test
    void noThreadStaysWhereACartridgeCannotBeOpened() throws IOException, InterruptedException {
        Path broken = folder.resolve("broken.pxi");
        Files.write(broken, new byte[100]);
        Set<Thread> before = workers();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> PixelLlm.open(broken, new ExecutorChoice("simd", 3)))
                    .isInstanceOf(PxiException.class);
        }
        Set<Thread> left = workers();
        left.removeAll(before);
        for (Thread each : left) {
            each.join(2000); // One that was told to end may not have ended yet.
        }
        assertThat(left).noneMatch(Thread::isAlive);
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("pixel-llm-simd"))
                .collect(Collectors.toSet());
    }
}
