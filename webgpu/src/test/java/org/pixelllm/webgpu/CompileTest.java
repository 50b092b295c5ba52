package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pixelllm.webgpu.api.GpuThread;
import org.pixelllm.webgpu.kernel.Kernel;
import org.pixelllm.webgpu.kernel.Kernels;

/** Every kernel's text compiles as it is. */
class CompileTest {

    @Test
    void everyKernelCompiles() {
        WebGpuExecutor executor = OnThisGpu.one();
        List<Kernel> all = Kernels.all();
        assertThat(all).hasSizeGreaterThan(90);
        for (Kernel each : all) {
            GpuThread.run(() -> executor.gpu().pipeline(each)); // Other tests use it too.
        }
    }
}
