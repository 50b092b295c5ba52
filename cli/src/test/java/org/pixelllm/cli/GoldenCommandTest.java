package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Role;

/** The command that {@code tools/golden} gives makes the golden cartridge again, byte for byte. */
class GoldenCommandTest {

    @TempDir
    private Path folder;

    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");

    /** Of the weights that the command makes with this many steps instead of all: where the change is meant, what is found. */
    private static final int FEW_STEPS = 20;

    private static final String DIGEST_OF_FEW = "30629c83aaa9ef2b53d6ec84fb9d1e17c51e9f01001ed5aa4aa4cc9100193f1f";

    static IntStream threads() {
        return LONG ? IntStream.of(1, 2, 3) : IntStream.of(3);
    }

    @ParameterizedTest
    @MethodSource("threads")
    @EnabledIf("isLong")
    void makesTheSameBytesOnAnyNumberOfThreads(int threads) throws IOException {
        assertThat(made(List.of("--threads", String.valueOf(threads))))
                .as("cartridges/golden.pxi; where the change is meant, make it anew with tools/golden")
                .hasSameBinaryContentAs(Captured.ROOT.resolve("cartridges/golden.pxi"));
    }

    static boolean isLong() {
        return LONG;
    }

    /** What the long form does with all steps. */
    @Test
    void fewStepsMakeTheWeightsThatTheyAlwaysMade() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Cartridge cartridge =
                Cartridge.open(made(List.of("--threads", "3", "--steps", String.valueOf(FEW_STEPS))))) {
            for (int id : cartridge.program().withRole(Role.WEIGHT)) {
                for (float value : cartridge.weights().get(id).decode()) {
                    digest.update(
                            ByteBuffer.allocate(Float.BYTES).putFloat(value).flip());
                }
            }
        }
        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(DIGEST_OF_FEW);
    }

    /** Runs the command, with options in place of its own. */
    private Path made(List<String> options) throws IOException {
        String script = Files.readString(Captured.ROOT.resolve("tools/golden")).replace("\\\n", " ");
        String line = script.lines()
                .filter(each -> each.startsWith("./pixel-llm train"))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>(List.of(line.split(" +")));
        words.removeFirst();
        Path made = folder.resolve("golden.pxi");
        words.replaceAll(word -> switch (word) {
            case "cartridges/golden.pxi" -> made.toString();
            case "cartridges/golden/rhyme.txt" -> Captured.ROOT.resolve(word).toString();
            default -> word;
        });
        for (int i = 0; i < options.size(); i += 2) {
            int at = words.indexOf(options.get(i));
            if (at < 0) {
                words.addAll(options.subList(i, i + 2));
            } else {
                words.set(at + 1, options.get(i + 1));
            }
        }
        Captured result = Captured.run(folder, words.toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        return made;
    }
}
