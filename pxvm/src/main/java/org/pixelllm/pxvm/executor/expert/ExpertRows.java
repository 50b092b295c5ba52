package org.pixelllm.pxvm.executor.expert;

import java.util.Arrays;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * The rows of one expert in a weight that holds those of several: with the rows before and after them that share a group
 * with theirs, since groups are read whole.
 *
 * @param w the groups that have a row of the expert
 * @param first the first row of w in the weight of all
 * @param skip rows of w before the expert's first one
 * @param outputs rows of the expert
 */
public record ExpertRows(WeightTensor w, int first, int skip, int outputs) {

    /**
     * Finds an expert's rows.
     *
     * @param all the rows of all experts, one expert's after the other's
     * @param experts how many there are; all have as many rows
     */
    public static ExpertRows of(WeightTensor all, int experts, int expert) {
        int outputs = all.rows() / experts;
        int from = expert * outputs;
        int skip = from % all.lines();
        int first = from - skip;
        int groups = Math.ceilDiv(skip + outputs, all.lines());
        int rows = (int) Math.min((long) groups * all.lines(), all.rows() - first);
        return new ExpertRows(all.part(first, rows), first, skip, outputs);
    }

    /** What a vector over the rows of all experts has for the rows of {@link #w}. */
    public float[] of(float[] all) {
        return Arrays.copyOfRange(all, first, first + w.rows());
    }
}
