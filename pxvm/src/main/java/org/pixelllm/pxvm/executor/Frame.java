package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import java.util.List;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.pxvm.executor.memory.Mover;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;

/**
 * The values of one step while it runs: the token ids, and a float array for each scratch and output tensor. Arrays
 * are kept from step to step and shared by tensors that are never needed at the same time: a step allocates nothing that
 * an earlier one of its size did not.
 */
public final class Frame {

    private static final float[] NONE = {};

    private final Program program;
    private final ScratchPlan plan;
    private final float[][] slots;
    private final Mover mover = new Mover();
    private Slice[] slices = {};
    private int sliceCount;
    private int[] ids = {};
    private Slice[] sliceOf = {}; // by token
    private float[] logits = NONE;
    private int tokens;
    private int rows;
    private int mostTokens; // for which there is memory
    private int mostRows;

    /** @param groups the program's instructions, in the order in which they run; those of a group run together */
    Frame(Program program, List<List<Instruction>> groups) {
        this.program = program;
        this.plan = ScratchPlan.of(program, groups);
        this.slots = new float[plan.slots()][0];
    }

    /** One session's share of a step. */
    public static final class Slice {

        private HostState state;
        private int first;
        private int count;
        private int firstRow;
        private int rows;

        private Slice(HostState state) {
            this.state = state;
        }

        /** The session's memory. */
        public HostState state() {
            return state;
        }

        /** Its first token's place in the step. */
        public int first() {
            return first;
        }

        /** How many tokens it takes in. */
        public int count() {
            return count;
        }

        /** Its first row's place among the rows asked for. */
        public int firstRow() {
            return firstRow;
        }

        /** How many rows it asks for. */
        public int rows() {
            return rows;
        }
    }

    void begin(Step step, float[] out) {
        List<Step.Part> parts = step.parts();
        tokens = step.tokens();
        rows = step.rows();
        logits = out;
        if (ids.length < tokens) {
            ids = new int[tokens];
            sliceOf = new Slice[tokens];
        }
        if (slices.length < parts.size()) {
            slices = Arrays.copyOf(slices, parts.size());
        }
        int token = 0;
        int row = 0;
        sliceCount = parts.size();
        for (int i = 0; i < sliceCount; i++) {
            Step.Part part = parts.get(i);
            int count = part.tokens().length;
            System.arraycopy(part.tokens(), 0, ids, token, count);
            Slice slice = slice(i, (HostState) part.state());
            slice.first = token;
            slice.count = count;
            slice.firstRow = row;
            slice.rows = part.rows();
            Arrays.fill(sliceOf, token, token + count, slice);
            token += count;
            row += part.rows();
        }
        for (int slot = 0; slot < slots.length; slot++) {
            int length = (int) plan.length(slot, tokens, rows);
            if (slots[slot].length < length) {
                slots[slot] = new float[length];
            }
        }
    }

    /**
     * Checks that there is memory for a step, before any is taken.
     *
     * @param tokens of the step
     * @param rows of the step
     * @param workspace bytes that kernels take beside the scratch tensors
     * @throws StateTooLargeException where there is not
     */
    void require(int tokens, int rows, long workspace) {
        if (tokens <= mostTokens && rows <= mostRows) {
            return; // there is already
        }
        long all = workspace;
        long more = workspace;
        for (int slot = 0; slot < slots.length; slot++) {
            long length = plan.length(slot, tokens, rows);
            all += Float.BYTES * length;
            more += Float.BYTES * Math.max(0, length - slots[slot].length);
        }
        if (all > ScratchPlan.MAX_BYTES || !HeapSpace.holds(more)) {
            throw StateTooLargeException.ofStep(all, tokens, HeapSpace.left());
        }
        mostTokens = Math.max(mostTokens, tokens);
        mostRows = Math.max(mostRows, rows);
    }

    private Slice slice(int index, HostState state) {
        if (slices[index] == null) {
            slices[index] = new Slice(state);
        }
        slices[index].state = state;
        return slices[index];
    }

    void end() {
        for (int i = 0; i < sliceCount; i++) {
            slices[i].state.advance(slices[i].count);
        }
        sliceCount = 0;
        logits = NONE;
    }

    /** T: tokens in this step. */
    public int tokens() {
        return tokens;
    }

    /** R: rows of logits asked for. */
    public int rows() {
        return rows;
    }

    /** The token ids // [T], possibly longer. */
    public int[] ids() {
        return ids;
    }

    /** How many sessions are in this step. */
    public int slices() {
        return sliceCount;
    }

    /** One of them. */
    public Slice slice(int index) {
        return slices[index];
    }

    /** The session that a token belongs to. */
    public Slice sliceOf(int token) {
        return sliceOf[token];
    }

    /** Moves keys and values, for the thread that steps. */
    public Mover mover() {
        return mover;
    }

    /** The place of a token in its session. */
    public int positionOf(int token) {
        Slice slice = sliceOf[token];
        return slice.state.position() + token - slice.first;
    }

    /** The values of a scratch or output tensor, row by row; the array may be longer than the tensor. */
    public float[] values(int id) {
        return id == program.output() ? logits : slots[plan.slot(id)];
    }

    /** The number of rows of a scratch or output tensor in this step. */
    public int rowsOf(int id) {
        return program.tensor(id).shape().getFirst().at(tokens, rows);
    }

    /** Elements of a scratch or output tensor in this step. */
    public int lengthOf(int id) {
        return rowsOf(id) * program.tensor(id).columns();
    }
}
