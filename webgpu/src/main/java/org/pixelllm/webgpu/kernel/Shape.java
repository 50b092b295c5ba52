package org.pixelllm.webgpu.kernel;

/**
 * What a kernel knows of its tensors: the uniform {@code shape}, one record for each kind of kernel. {@code rows} is where
 * {@code now} holds the count of rows: {@link Now#TOKENS} or {@link Now#ROWS}. A group is four columns. A pitch is the
 * number of columns from one row to the next.
 */
public sealed interface Shape extends Struct {

    /**
     * Of {@link Kernels#map}.
     *
     * @param groups groups in a row
     * @param number the attribute of the function, 0 if it has none
     */
    record Map(int rows, int groups, float number) implements Shape {}

    /**
     * Of {@link Kernels#pair}.
     *
     * @param groups groups in a row
     */
    record Pair(int rows, int groups) implements Shape {}

    /**
     * Of {@link Kernels#bias}.
     *
     * @param groups groups in a row
     */
    record Bias(int rows, int groups) implements Shape {}

    /**
     * Of {@link Kernels#select}.
     *
     * @param groups groups in a row
     */
    record Select(int groups) implements Shape {}

    /**
     * Of {@link Kernels#lookup}.
     *
     * @param groups groups in a row
     * @param first the first row of this piece of the table
     * @param count the rows of this piece
     */
    record Lookup(int groups, int first, int count) implements Shape {}

    /**
     * Of {@link Kernels#product}.
     *
     * @param xGroups groups in a row of x
     * @param yGroups groups in a row of y
     * @param first the first group in a row of y that this piece of the weight gives
     * @param count how many it gives
     */
    record Product(int rows, int xGroups, int yGroups, int first, int count) implements Shape {}

    /**
     * Of {@link Kernels#norm}.
     *
     * @param pitch of x and y
     * @param runs runs in a row
     * @param columns columns of a run
     * @param epsilon is added to the mean of the squares
     */
    record Norm(int rows, int pitch, int runs, int columns, float epsilon) implements Shape {}

    /**
     * Of {@link Kernels#rope}.
     *
     * @param pitch of x and y
     * @param columns of x and y
     * @param head columns of a head
     * @param dims columns of a head that are turned
     * @param halves 1 where a pair is a column of the first half and one of the second; 0 where it is two neighbours
     */
    record Rope(int pitch, int columns, int head, int dims, int halves) implements Shape {}

    /**
     * Of {@link Kernels#mean}.
     *
     * @param pitch of x and y
     * @param columns of x and y
     */
    record Mean(int pitch, int columns) implements Shape {}

    /**
     * Of {@link Kernels#remember}.
     *
     * @param pitch of k and v
     * @param columns of k and v, and of the states
     */
    record Remember(int pitch, int columns) implements Shape {}

    /**
     * Of the three kernels of attention.
     *
     * @param heads query heads
     * @param sharedBy query heads that share a key head
     * @param width columns of a head
     * @param pitch of q and y
     * @param columns of keys and values
     * @param window the most positions that a token attends to; 0 for all
     * @param stride from one unit's scores to the next one's
     * @param scale factor of a score
     * @param softcap 0 for none
     */
    record Attention(
            int heads,
            int sharedBy,
            int width,
            int pitch,
            int columns,
            int window,
            int stride,
            float scale,
            float softcap)
            implements Shape {}

    /**
     * Of {@link Kernels#route}.
     *
     * @param experts scores of a row
     * @param k experts that are chosen
     * @param gate what makes weights of scores
     * @param normalise 1 where weights are divided by their sum
     * @param scale factor of a weight
     */
    record Route(int rows, int scoresPitch, int yPitch, int experts, int k, int gate, int normalise, float scale)
            implements Shape {}

    /**
     * Of {@link Kernels#experts}.
     *
     * @param k experts of each row
     * @param parts quads or groups of rows that an expert may have rows in
     * @param outputs rows of the weight for each expert
     * @param xStep columns from what one expert of a row is multiplied by to the next one's; 0 where it is the same
     * @param first the first row of this piece of the weight
     * @param count the rows of this piece
     */
    record Experts(
            int rows,
            int k,
            int parts,
            int outputs,
            int xPitch,
            int xStep,
            int routePitch,
            int yPitch,
            int first,
            int count)
            implements Shape {}

    /**
     * Of {@link Kernels#expertsBias}.
     *
     * @param k experts of each row
     * @param outputs of each
     */
    record ExpertsBias(int rows, int k, int outputs, int routePitch, int yPitch) implements Shape {}

    /**
     * Of {@link Kernels#combine}.
     *
     * @param k experts of each row
     * @param columns of y
     */
    record Combine(int rows, int k, int columns, int xPitch, int routePitch, int yPitch) implements Shape {}

    /**
     * Of the three kernels that draw rows of logits.
     *
     * @param vocabulary logits in a row
     * @param pitch of the logits
     * @param parts parts in a row
     */
    record Draw(int vocabulary, int pitch, int parts) implements Shape {}
}
