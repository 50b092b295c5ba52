package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/** State tensors as float arrays: what the executors on the CPU use. */
public final class HostState extends CheckedState {

    private final @Nullable float[][] tensors; // by tensor id; null where the tensor is not a state

    HostState(HostMachine owner) {
        super(owner);
        Program program = owner.program();
        List<Integer> ids = program.withRole(Role.STATE);
        long bytes = 0;
        for (int id : ids) {
            bytes += 4 * program.tensor(id).elements();
        }
        Runtime runtime = Runtime.getRuntime();
        long left = runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
        if (bytes > left) {
            throw new StateTooLargeException(bytes, left);
        }
        this.tensors = new float[program.tensors().size()][];
        for (int id : ids) {
            tensors[id] = new float[Math.toIntExact(program.tensor(id).elements())];
        }
    }

    /** The values of a state tensor, by its id. */
    public float[] tensor(int id) {
        float[] values = tensors[id];
        if (values == null) {
            throw new IllegalArgumentException("tensor " + id + " is not a state of this program");
        }
        return values;
    }

    @Override
    protected void clear() {
        for (float[] values : tensors) {
            if (values != null) {
                Arrays.fill(values, 0);
            }
        }
    }

    @Override
    protected void take(CheckedState other) {
        HostState that = (HostState) other;
        for (int id = 0; id < tensors.length; id++) {
            float[] from = that.tensors[id];
            float[] to = tensors[id];
            if (from != null && to != null) {
                System.arraycopy(from, 0, to, 0, to.length);
            }
        }
    }

    @Override
    protected void free() {
        Arrays.fill(tensors, null);
    }
}
