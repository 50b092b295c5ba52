package org.pixelllm.pxvm.executor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;

/** The golden questions' logits in the arithmetic simd-2, to the bit, on whatever machine: {@code logits.simd-2.txt}. */
class GoldenBitsTest {

    private static final Path CARTRIDGES =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges");
    private static final Path BITS = CARTRIDGES.resolve("golden/logits.simd-2.txt");

    @ParameterizedTest
    @EnumSource
    void areThoseOfTheFile(Form form) throws IOException {
        assumeTrue(form.isAvailable(), "needs the Vector API module");
        StringBuilder found = new StringBuilder();
        try (Cartridge cartridge = Cartridge.open(CARTRIDGES.resolve("golden.pxi"));
                SimdExecutor executor = new SimdExecutor(2, form);
                Machine machine = executor.load(cartridge.program(), cartridge.weights())) {
            for (String line : Files.readAllLines(CARTRIDGES.resolve("golden/logits.txt"))) {
                String name = line.substring(0, line.indexOf(' '));
                found.append(name);
                for (float logit : logits(machine, name)) {
                    // The shortest decimal that is read as this float and no other.
                    found.append(' ').append(logit);
                }
                found.append('\n');
            }
        }
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.writeString(BITS, found);
        }
        assertThat(List.of(found.toString().split("\n", -1)))
                .isEqualTo(List.of(Files.readString(BITS).split("\n", -1)));
    }

    private static float[] logits(Machine machine, String name) throws IOException {
        int[] ids = TokenImage.read(CARTRIDGES.resolve("golden/" + name + ".input_tokens.pxi"))
                .ids();
        int[] seen = Arrays.copyOfRange(
                ids, Math.max(0, ids.length - machine.program().context()), ids.length);
        float[] logits = new float[machine.program().vocabulary()];
        try (State state = machine.newState()) {
            machine.step(Step.of(state, seen), logits);
        }
        return logits;
    }
}
