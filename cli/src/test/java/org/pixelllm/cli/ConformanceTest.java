package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.conformance.kit.Implementation;
import org.pixelllm.conformance.kit.Kit;
import org.pixelllm.conformance.kit.Report;

/** The compliance kit, in full, on the command in this process: what {@link ConformanceLaunched} does with processes. */
class ConformanceTest {

    private static final Path CARTRIDGES = Captured.ROOT.resolve("cartridges").toAbsolutePath();
    private static final boolean LONG = Boolean.getBoolean("pixelllm.long");
    private static final int GOLDEN_VOCABULARY = 256;
    private static final int SHIPPED_VOCABULARY = 1024;

    @TempDir
    private Path folder;

    private static Report test(
            Implementation tested, @Nullable Implementation other, int vocabulary, @Nullable Path golden)
            throws IOException, InterruptedException {
        Kit.Settings settings = new Kit.Settings(vocabulary, Kit.LIMIT, golden);
        Report report = Kit.test(tested, other, settings, (done, of, run) -> {});
        assertThat(report.holds()).as(String.join("\n", report.words())).isTrue();
        assertThat(report.results()).allMatch(each -> each.tested() > 0);
        return report;
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void theGoldenCartridgeConforms(String executor) throws IOException, InterruptedException {
        test(
                new InferHere(folder, CARTRIDGES.resolve("golden.pxi"), executor),
                null,
                GOLDEN_VOCABULARY,
                CARTRIDGES.resolve("golden"));
    }

    /** In the short form those of the small cartridge, where the reference executor is quick. */
    @Test
    void theExecutorsAgree() throws IOException, InterruptedException {
        String cartridge = LONG ? "default.pxi" : "golden.pxi";
        Report report = test(
                new InferHere(folder, CARTRIDGES.resolve(cartridge), "reference"),
                new InferHere(folder, CARTRIDGES.resolve(cartridge), "simd"),
                LONG ? SHIPPED_VOCABULARY : GOLDEN_VOCABULARY,
                null);
        assertThat(report.results()).anyMatch(each -> each.check().name().equals("SIMILAR_TO_OTHER"));
    }

    @Test
    void theShippedCartridgeConforms() throws IOException, InterruptedException {
        test(new InferHere(folder, CARTRIDGES.resolve("default.pxi"), "simd"), null, SHIPPED_VOCABULARY, null);
    }
}
