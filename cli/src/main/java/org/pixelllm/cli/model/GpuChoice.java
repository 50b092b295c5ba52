package org.pixelllm.cli.model;

import java.util.List;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.webgpu.Adapters;
import org.pixelllm.webgpu.WebGpuExecutor;
import org.pixelllm.webgpu.api.GpuException;

/** Whether a GPU runs. A class of its own, so that nothing of it is loaded where nobody asks. */
final class GpuChoice {

    /**
     * Cartridges from this size on are worth a GPU's start, some tenths of a second, and its round trip for each token.
     * An estimate: no GPU could be measured.
     */
    static final long LARGE_BYTES = 64L << 20;

    private GpuChoice() {}

    /** The GPU, as asked. */
    static ExecutorChoice asked() {
        return new ExecutorChoice(WebGpuExecutor.open(), "as asked", null);
    }

    /**
     * A GPU for a large cartridge, where there is a real one.
     *
     * @param otherwise makes the choice where there is none, which then says why
     */
    static ExecutorChoice forLarge(ExecutorChoice otherwise) {
        if (!Adapters.mayHaveGpu()) {
            return new ExecutorChoice(
                    otherwise.executor(), otherwise.reason() + "; there is no GPU", otherwise.warning());
        }
        String why;
        try {
            List<Adapters.Found> found = Adapters.list();
            if (found.isEmpty()) {
                why = "there is no GPU";
            } else if (found.getFirst().info().isCpu()) {
                why = found.getFirst().info().device() + " is no GPU but software on the CPU";
            } else {
                WebGpuExecutor executor = WebGpuExecutor.open();
                otherwise.executor().close();
                return new ExecutorChoice(executor, "the cartridge is large, and there is a GPU", null);
            }
        } catch (GpuException e) {
            why = e.getMessage();
        }
        return new ExecutorChoice(
                otherwise.executor(), otherwise.reason() + "; no GPU is used: " + why, otherwise.warning());
    }
}
