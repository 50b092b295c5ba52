package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.cartridge.Cartridge;

/** A whole cartridge with pinned logits on every executor: those of {@code cartridges/golden/logits.txt}. */
class GoldenLogitsTest {

    private static final Path CARTRIDGES =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges");

    static List<Executors> executors() {
        return Executors.all();
    }

    @ParameterizedTest
    @MethodSource("executors")
    void areGivenInOneStepAndTokenByToken(Executors each) throws IOException {
        List<String> lines = Files.readAllLines(CARTRIDGES.resolve("golden/logits.txt"));
        assertThat(lines).hasSizeGreaterThan(5);
        try (Cartridge cartridge = Cartridge.open(CARTRIDGES.resolve("golden.pxi"))) {
            Machine machine = each.executor().load(cartridge.program(), cartridge.weights());
            for (String line : lines) {
                String[] words = line.split(" ");
                double[] expected = Stream.of(words)
                        .skip(1)
                        .mapToDouble(Double::parseDouble)
                        .toArray();
                int[] ids = TokenImage.read(CARTRIDGES.resolve("golden/" + words[0] + ".input_tokens.pxi"))
                        .ids();
                int[] seen = Arrays.copyOfRange(
                        ids, Math.max(0, ids.length - cartridge.program().context()), ids.length);
                assertGives(each, words[0], machine, List.of(seen), expected);
                List<int[]> single =
                        IntStream.of(seen).mapToObj(id -> new int[] {id}).toList();
                assertGives(each, words[0], machine, single, expected);
            }
        }
    }

    private static void assertGives(
            Executors each, String name, Machine machine, List<int[]> steps, double[] expected) {
        float[] logits = new float[machine.program().vocabulary()];
        assertThat(expected).hasSameSizeAs(logits);
        try (State state = machine.newState()) {
            for (int[] tokens : steps) {
                machine.step(Step.of(state, tokens), logits);
            }
        }
        double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < logits.length; i++) {
            assertThat((double) logits[i])
                    .as("%s: %s, logit %d", each, name, i)
                    .isCloseTo(expected[i], Offset.offset(each.tolerance() * (1 + size)));
        }
    }
}
