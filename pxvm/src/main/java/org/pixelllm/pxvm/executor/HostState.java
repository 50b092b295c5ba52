package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.executor.memory.NativeSpace;
import org.pixelllm.pxvm.executor.memory.Positions;
import org.pixelllm.pxvm.executor.memory.StateLayout;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/**
 * What the executors on the CPU remember: keys and values, whose memory grows as positions come, and other state tensors as float
 * arrays.
 */
public final class HostState extends CheckedState {

    /** What fits an array. */
    private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private final HostMachine machine;
    private final @Nullable float[][] tensors; // by tensor id; null where the tensor is not a state, or keys or values
    private final Positions positions;

    HostState(HostMachine owner, StateLayout layout) {
        super(owner);
        this.machine = owner;
        Program program = owner.program();
        this.tensors = new float[program.tensors().size()][];
        this.positions = new Positions(layout);
        for (int id : program.withRole(Role.STATE)) {
            long elements = program.tensor(id).elements();
            if (layout.has(id)) {
                continue;
            }
            if (elements > MAX_ELEMENTS || !HeapSpace.holds(Float.BYTES * elements)) {
                throw StateTooLargeException.ofSession(Float.BYTES * elements, HeapSpace.left());
            }
            tensors[id] = new float[(int) elements];
        }
    }

    /** The values of a state tensor that is neither keys nor values, by its id. */
    public float[] tensor(int id) {
        float[] values = tensors[id];
        if (values == null) {
            throw new IllegalArgumentException("tensor " + id + " is not such a state of this program");
        }
        return values;
    }

    /** The keys and values. */
    public Positions positions() {
        return positions;
    }

    /**
     * Takes the memory that is missing for so many positions.
     *
     * @throws StateTooLargeException where it is not left
     */
    void grow(int wanted, NativeSpace space) {
        long missing = positions.missing(wanted);
        if (missing == 0) {
            return;
        }
        if (!space.holds(missing)) {
            throw StateTooLargeException.ofPositions(wanted, missing, space.left());
        }
        try {
            positions.grow(wanted);
        } catch (OutOfMemoryError e) {
            throw StateTooLargeException.ofPositions(wanted, missing, 0);
        }
    }

    @Override
    protected void clear() {
        positions.reset();
        for (float[] values : tensors) {
            if (values != null) {
                Arrays.fill(values, 0);
            }
        }
    }

    @Override
    protected void take(CheckedState other) {
        HostState that = (HostState) other;
        if (that == this) {
            return;
        }
        positions.copyFrom(that.positions, that.position());
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
        machine.forget(this);
        release();
    }

    /** Gives the memory back. */
    void release() {
        positions.close();
        Arrays.fill(tensors, null);
    }
}
