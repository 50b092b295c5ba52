package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/** State tensors as float arrays: what the executors on the CPU use. */
public final class HostState extends CheckedState {

    /** What fits an array. */
    private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private final @Nullable float[][] tensors; // by tensor id; null where the tensor is not a state

    HostState(HostMachine owner) {
        super(owner);
        Program program = owner.program();
        List<Integer> ids = program.withRole(Role.STATE);
        long bytes = 0;
        for (int id : ids) {
            long elements = program.tensor(id).elements();
            if (elements > MAX_ELEMENTS) {
                throw StateTooLargeException.ofSession(Float.BYTES * elements, HeapSpace.left());
            }
            bytes += Float.BYTES * elements;
        }
        if (!HeapSpace.holds(bytes)) {
            throw StateTooLargeException.ofSession(bytes, HeapSpace.left());
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
