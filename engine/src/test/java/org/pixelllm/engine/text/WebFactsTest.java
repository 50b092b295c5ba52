package org.pixelllm.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.Look;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.pxvm.weights.BlockCodec;
import org.pixelllm.pxvm.weights.ElementType;

/** What the machine in the browser has to know of this one, and writes for itself, is the same there. */
class WebFactsTest {

    private static final Path MACHINE = Path.of(System.getProperty("pixelllm.root"), "web", "machine");

    private static String constant(String file, String name) throws IOException {
        Matcher found =
                Pattern.compile("const " + name + " = ([^;]+);").matcher(Files.readString(MACHINE.resolve(file)));
        assertThat(found.find()).as("%s in %s", name, file).isTrue();
        return found.group(1);
    }

    @Test
    void namesAndLimits() throws IOException {
        assertThat(constant("version.js", "SOFTWARE")).isEqualTo("'Pixel-LLM " + PixelLlm.VERSION + "'");
        assertThat(constant("sampler.js", "REPEAT_WINDOW")).isEqualTo(String.valueOf(Sampler.REPEAT_WINDOW));
        assertThat(constant("look.js", "MAX_TOKENS")).isEqualTo(String.valueOf(Look.MAX_TOKENS));
        assertThat(constant("look.js", "MAX_SIDE")).isEqualTo(String.valueOf(AttentionImage.MAX_SIDE));
        assertThat(constant("images.js", "HEATMAP_WIDTH")).isEqualTo(String.valueOf(LogitsHeatmap.WIDTH));
        assertThat(constant("images.js", "FLAT")).isEqualTo(String.valueOf(LogitsHeatmap.FLAT));
    }

    @Test
    void weightTypes() throws IOException {
        List<String> lines = new ArrayList<>();
        for (ElementType type : ElementType.values()) {
            if (type.isWeightType() && type.codec() instanceof BlockCodec codec) {
                lines.add("[%d, blocky('%s', %d, %b, %b, %d)],"
                        .formatted(
                                type.code(),
                                type.word(),
                                codec.blockColumns(),
                                codec.hasNibbles(),
                                codec.hasMinimum(),
                                codec.unitColumns() / codec.blockColumns()));
            }
        }
        assertThat(Files.readString(MACHINE.resolve("weights.js")).lines().map(String::strip))
                .containsAll(lines);
    }
}
