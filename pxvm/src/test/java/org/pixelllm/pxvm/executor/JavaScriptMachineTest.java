package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.program.Role;

/** The machine in JavaScript runs every case of the suite, as a cartridge, and gives the SIMD executor's bits. */
class JavaScriptMachineTest {

    private static final Path SCRIPT = Path.of(System.getProperty("pixelllm.root"), "web", "test", "cases.js");

    /** In the short form one case in so many is run: a prime, so that all types and widths come. */
    private static final int EACH = 11;

    @TempDir
    private Path folder;

    /** One case as the script reads it; logits are the bits of floats. */
    private record Written(String name, String file, int[] before, int[] tokens, int rows, int[] logits) {}

    @Test
    void givesTheBitsOfTheSimdExecutor() throws IOException, InterruptedException {
        assumeThat(hasNode())
                .as("Node 18 or newer is there; without it this test is skipped")
                .isTrue();
        List<Written> all = new ArrayList<>();
        try (SimdExecutor executor = new SimdExecutor(1)) {
            for (ConformanceCase each : cases()) {
                all.add(write(each, "case-" + all.size() + ".pxi", executor));
            }
        }
        Files.writeString(folder.resolve("cases.json"), new Gson().toJson(all));
        Path out = folder.resolve("out.txt");
        Process node = new ProcessBuilder("node", SCRIPT.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(node.waitFor()).as(Files.readString(out)).isZero();
        assertThat(Files.readString(out)).isEqualTo(all.size() + " cases give the same bits\n");
    }

    /** All of them in the long form; else a few of each instruction and type. */
    private static List<ConformanceCase> cases() {
        if (Boolean.getBoolean("pixelllm.long")) {
            return ConformanceCases.all();
        }
        List<ConformanceCase> few = new ArrayList<>(ConformanceCases.few());
        List<ConformanceCase> all = ConformanceCases.all();
        for (int i = 0; i < all.size(); i += EACH) {
            few.add(all.get(i));
        }
        return few;
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "-e", "new DecompressionStream('deflate')")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Written write(ConformanceCase each, String file, SimdExecutor executor) throws IOException {
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : each.program().withRole(Role.WEIGHT)) {
            weights.put(id, EncodedWeight.copyOf(each.weights().get(id)));
        }
        Manifest manifest = new Manifest(each.name(), "none", "MIT", Map.of());
        CartridgeWriter.write(folder.resolve(file), each.program(), weights, null, manifest);
        float[] logits = new float[each.expected().length];
        try (Machine machine = executor.load(each.program(), each.weights());
                State state = machine.newState()) {
            if (each.before().length > 0) {
                machine.step(new Step(List.of(new Step.Part(state, each.before(), 0))), logits);
            }
            machine.step(new Step(List.of(new Step.Part(state, each.tokens(), each.rows()))), logits);
        }
        int[] bits = new int[logits.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(logits[i]);
        }
        return new Written(each.name(), file, each.before(), each.tokens(), each.rows(), bits);
    }
}
