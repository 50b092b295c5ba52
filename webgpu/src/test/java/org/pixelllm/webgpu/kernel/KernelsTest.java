package org.pixelllm.webgpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A kernel's text is complete, and what it shares with Java is in none of its sources. */
class KernelsTest {

    private static final Path SOURCES =
            Path.of(System.getProperty("pixelllm.root")).resolve("webgpu/src/main/resources/org/pixelllm/webgpu/wgsl");

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path each : files.toList()) {
                sources.put(each.getFileName().toString(), Files.readString(each));
            }
        }
        assertThat(sources).hasSizeGreaterThan(30);
        return sources;
    }

    @Test
    void noSourceDeclaresWhatJavaDeclares() throws IOException {
        for (Map.Entry<String, String> each : sources().entrySet()) {
            assertThat(each.getValue())
                    .as(each.getKey())
                    .doesNotContain("struct ", "@group", "@binding", "var<uniform", "var<storage")
                    .doesNotContain("const THREADS", "const TILE")
                    .doesNotContainPattern("@workgroup_size\\((?!THREADS\\))");
        }
    }

    @Test
    void everySourceIsInAKernel() throws IOException {
        List<String> texts = Kernels.all().stream().map(Kernel::text).toList();
        for (Map.Entry<String, String> each : sources().entrySet()) {
            assertThat(texts).as(each.getKey()).anyMatch(text -> text.contains(each.getValue()));
        }
    }

    @Test
    void everyKernelDeclaresItselfOnce() {
        List<Kernel> all = Kernels.all();
        assertThat(all).extracting(Kernel::name).doesNotHaveDuplicates();
        for (Kernel each : all) {
            assertThat(each.bindings())
                    .as(each.name())
                    .extracting(Binding::slot)
                    .doesNotHaveDuplicates();
            assertThat(each.bindings())
                    .as(each.name())
                    .extracting(Binding::name)
                    .doesNotHaveDuplicates();
            String text = each.text();
            for (String once : List.of(
                    "\nstruct Shape {\n",
                    "\nconst THREADS = " + each.threads() + "u;\n",
                    "@compute @workgroup_size(THREADS)",
                    "\nfn main(")) {
                assertThat(text.split(java.util.regex.Pattern.quote(once), -1))
                        .as(each.name() + ": " + once)
                        .hasSize(2);
            }
        }
    }

    @Test
    void aRecordIsAStruct() {
        assertThat(Struct.declaration(Shape.Product.class)).isEqualTo("""
                struct Shape {
                    rows: u32,
                    x_groups: u32,
                    y_groups: u32,
                    first: u32,
                    count: u32,
                }
                """);
        assertThat(Struct.declaration(Find.class)).isEqualTo("""
                struct Find {
                    value: f32,
                    id: u32,
                }
                """);
        assertThat(Struct.bytes(Find.class)).isEqualTo(8);
        assertThat(new Shape.Map(1, 9, -2.5f).words()).containsExactly(1, 9, Float.floatToRawIntBits(-2.5f));
    }

    @Test
    void workIsSpreadOverWorkgroups() {
        Kernel threads = Kernels.select();
        assertThat(threads.workgroups(0)).containsExactly(0, 0, 1);
        assertThat(threads.workgroups(64)).containsExactly(1, 1, 1);
        assertThat(threads.workgroups(65)).containsExactly(2, 1, 1);
        assertThat(threads.workgroups(64L * 65_536)).containsExactly(32_768, 2, 1);
        Kernel groups = Kernels.drawPrediction();
        assertThat(groups.workgroups(65)).containsExactly(65, 1, 1);
        assertThat(Kernels.attentionScores().workgroups(33, 7)).containsExactly(2, 7, 1);
    }
}
