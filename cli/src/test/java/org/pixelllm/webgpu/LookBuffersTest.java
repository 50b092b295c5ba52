package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.Look;
import org.pixelllm.engine.look.LookOptions;
import org.pixelllm.engine.look.NotInModelException;
import org.pixelllm.engine.look.Profile;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.webgpu.api.Device;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.api.GpuUnavailableException;

/** What looks into a model gives back the GPU's memory that it took. Here, because a look and a GPU meet only here. */
class LookBuffersTest {

    private static final Path GOLDEN =
            Path.of(System.getProperty("pixelllm.root")).resolve("cartridges/golden.pxi");

    private static PixelLlm open() throws IOException {
        try {
            return PixelLlm.open(GOLDEN, new ExecutorChoice("webgpu", 1));
        } catch (GpuUnavailableException e) {
            return Assumptions.abort("skipped: " + e.getMessage());
        }
    }

    @Test
    void looksAndProfilesGiveBackTheirBuffers() throws IOException, NotInModelException {
        try (PixelLlm model = open()) {
            WebGpuExecutor executor = (WebGpuExecutor) model.executor().executor();
            Device device = GpuThread.call(() -> executor.gpu().device());
            TokenImage text = model.tokens("This is the");
            int buffers = device.buffers();
            long bytes = device.bytes();
            assertThat(buffers).as("the model's own").isPositive();
            for (int i = 0; i < 3; i++) {
                assertThat(Look.at(model, text, "<test>", LookOptions.EVERYTHING)
                                .hasTrace())
                        .isTrue();
            }
            assertThat(Profile.of(model, text, "<test>", 1, true).lines()).isNotEmpty();
            assertThat(device.buffers()).isEqualTo(buffers);
            assertThat(device.bytes()).isEqualTo(bytes);
        }
    }
}
