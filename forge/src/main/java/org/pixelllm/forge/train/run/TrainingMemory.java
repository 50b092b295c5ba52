package org.pixelllm.forge.train.run;

import java.util.Locale;
import org.pixelllm.forge.train.gradient.Gradients;
import org.pixelllm.forge.train.gradient.Tape;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/** The memory of a run, computed before it is allocated. */
final class TrainingMemory {

    /** Values in both directions, two moments, an average, the best values, and room to write a checkpoint. */
    private static final int COPIES_OF_WEIGHTS = 8;

    private static final double GIGABYTE = 1e9;

    private TrainingMemory() {}

    /** Bytes of a run. */
    static long bytes(Program program, BatchShape batch, int threads) {
        long weights = 0;
        for (int id : program.withRole(Role.WEIGHT)) {
            weights += program.tensor(id).elements();
        }
        int shards = Gradients.shards(batch.windows());
        long tokens = (long) threads * batch.length() * Gradients.windowsAtOnce(batch.windows(), batch.length());
        return Float.BYTES * ((COPIES_OF_WEIGHTS + shards) * weights + tokens * Tape.floatsPerToken(program));
    }

    /**
     * Checks that a run fits.
     *
     * @throws SettingsException saying what to make smaller
     */
    static void require(Program program, BatchShape batch, int threads) {
        long needed = bytes(program, batch, threads);
        if (needed > HeapSpace.left()) {
            System.gc(); // Garbage counts as used memory.
        }
        long left = HeapSpace.left();
        boolean arraysFit = true;
        long atOnce = (long) batch.length() * Gradients.windowsAtOnce(batch.windows(), batch.length());
        for (Tensor tensor : program.tensors()) {
            long elements = tensor.role() == Role.WEIGHT ? tensor.elements() : atOnce * width(tensor);
            arraysFit &= elements < Integer.MAX_VALUE - 8;
        }
        if (needed > left || !arraysFit) {
            throw new SettingsException(String.format(
                    Locale.ROOT,
                    "--batch %d with --length %d tokens: this model needs about %.1f GB of memory to be trained, and"
                            + " %.1f GB are left. Take a smaller --batch, --length, --context or --dim, or give Java more"
                            + " (JAVA_TOOL_OPTIONS=-Xmx…).",
                    batch.windows(),
                    batch.length(),
                    needed / GIGABYTE,
                    left / GIGABYTE));
        }
    }

    private static int width(Tensor tensor) {
        return tensor.role() == Role.SCRATCH || tensor.role() == Role.OUTPUT ? tensor.columns() : 0;
    }
}
