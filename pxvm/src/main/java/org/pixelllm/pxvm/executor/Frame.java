package org.pixelllm.pxvm.executor;

import java.util.ArrayList;
import java.util.List;
import org.pixelllm.pxvm.program.Program;

/**
 * The values of one step while it runs: the token ids, and a float array for each scratch and output tensor. Arrays
 * are kept from step to step and shared by tensors that are never needed at the same time.
 */
public final class Frame {

    private final Program program;
    private final ScratchPlan plan;
    private final float[][] slots;
    private final List<Slice> slices = new ArrayList<>();
    private int[] ids = {};
    private float[] logits = {};
    private int tokens;
    private int rows;

    Frame(Program program) {
        this.program = program;
        this.plan = ScratchPlan.of(program);
        this.slots = new float[plan.slots()][0];
    }

    /** One session's share: tokens {@code first … first + count}, rows {@code firstRow … firstRow + rows}. */
    public record Slice(HostState state, int first, int count, int firstRow, int rows) {}

    void begin(Step step, float[] out) {
        tokens = step.tokens();
        rows = step.rows();
        logits = out;
        if (ids.length < tokens) {
            ids = new int[tokens];
        }
        slices.clear();
        int token = 0;
        int row = 0;
        for (Step.Part part : step.parts()) {
            int count = part.tokens().length;
            System.arraycopy(part.tokens(), 0, ids, token, count);
            slices.add(new Slice((HostState) part.state(), token, count, row, part.rows()));
            token += count;
            row += part.rows();
        }
        for (int slot = 0; slot < slots.length; slot++) {
            int length = plan.length(slot, tokens, rows);
            if (slots[slot].length < length) {
                slots[slot] = new float[length];
            }
        }
    }

    void end() {
        for (Slice slice : slices) {
            slice.state.advance(slice.count);
        }
        slices.clear();
        logits = new float[0];
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

    /** The sessions of this step. */
    public List<Slice> slices() {
        return slices;
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
