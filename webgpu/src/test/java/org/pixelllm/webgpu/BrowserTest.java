package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.ConformanceCase;
import org.pixelllm.pxvm.executor.ConformanceCases;
import org.pixelllm.pxvm.executor.DrawnAs;
import org.pixelllm.pxvm.executor.Executors;
import org.pixelllm.pxvm.executor.Machine;

/** The kernels, as the executor gives them to its GPU, compute the same with a browser's WebGPU. */
class BrowserTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));
    private static final Path CARTRIDGES = ROOT.resolve("cartridges");
    private static final Path KERNELS = ROOT.resolve("webgpu/src/main/resources/org/pixelllm/webgpu/wgsl");

    private static final int TOP = 9;

    private final Recording recording = new Recording();

    @Test
    void theSameKernelsGiveTheSuitesValuesInABrowser() throws IOException, InterruptedException {
        Path browser = Chromium.find();
        List<ConformanceCase> cases = ConformanceCases.few();
        List<Executors> variants = OnThisGpu.both();
        for (Executors each : variants) {
            boolean onlyNew = each != variants.getFirst(); // They share most kernels.
            cases.forEach(one -> record(each, one, onlyNew));
            recordGolden(each);
        }
        assertThat(unused()).isEmpty();
        recording.check(Replay.run(recording, browser));
    }

    /** @param onlyNew whether a case is left out whose kernels have all been recorded */
    private void record(Executors executors, ConformanceCase of, boolean onlyNew) {
        try (Machine machine = executors.executor().load(of.program(), of.weights())) {
            if (onlyNew && recording.hasAllKernelsOf(machine)) {
                return;
            }
            List<int[]> steps = List.of(of.before(), of.tokens());
            recording.add(machine, steps, of.rows(), found -> compare(executors, of.name(), of.expected(), found));
        }
    }

    /** A text of the golden cartridge, in one step, token by token, and drawn. */
    private void recordGolden(Executors executors) throws IOException {
        String[] words = Files.readAllLines(CARTRIDGES.resolve("golden/logits.txt"))
                .getFirst()
                .split(" ");
        double[] logits =
                Stream.of(words).skip(1).mapToDouble(Double::parseDouble).toArray();
        int[] ids = TokenImage.read(CARTRIDGES.resolve("golden/" + words[0] + ".input_tokens.pxi"))
                .ids();
        List<int[]> single = IntStream.of(ids).mapToObj(id -> new int[] {id}).toList();
        try (Cartridge cartridge = Cartridge.open(CARTRIDGES.resolve("golden.pxi"));
                Machine machine = executors.executor().load(cartridge.program(), cartridge.weights())) {
            recording.add(machine, List.of(ids), 1, found -> compare(executors, "golden", logits, found));
            recording.add(machine, single, 1, found -> compare(executors, "golden token by token", logits, found));
            float[] row = new float[logits.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) logits[i];
            }
            recording.addDrawn(machine, ids, TOP, drawn -> DrawnAs.compare("golden, drawn", drawn, row, TOP));
        }
    }

    /** The files that are in none of the recorded kernels. */
    private List<String> unused() throws IOException {
        List<String> unused = new ArrayList<>();
        try (Stream<Path> files = Files.list(KERNELS)) {
            for (Path file : files.sorted().toList()) {
                String text = Files.readString(file);
                if (recording.kernels().stream().noneMatch(kernel -> kernel.contains(text))) {
                    unused.add(file.getFileName().toString());
                }
            }
        }
        return unused;
    }

    private static void compare(Executors executors, String name, double[] expected, float[] found) {
        assertThat(found).as(name).hasSize(expected.length);
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(1);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i])
                    .as("%s: %s, value %d", executors, name, i)
                    .isCloseTo(expected[i], Offset.offset(executors.tolerance() * (1 + size)));
        }
    }
}
