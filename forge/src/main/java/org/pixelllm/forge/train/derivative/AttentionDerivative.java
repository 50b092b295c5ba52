package org.pixelllm.forge.train.derivative;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.train.derivative.Batch.Scratch;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.program.Operation.Attention;

/**
 * Causal attention within each window, as products over blocks of queries and the keys up to them. Backwards the weights
 * are computed again instead of kept: they would take more memory than all other values together. With weights w and
 * scores s: {@code dv = wᵀ·dy}, {@code dw = dy·vᵀ}, {@code ds = w·(dw − Σ w·dw)}, and q and k receive ds times each other.
 */
final class AttentionDerivative implements Derivative {

    /**
     * Queries taken at once: fewer waste less on keys that come after them, more make better products. A multiple of
     * 4 and of 5, the rows that the vector arithmetic takes at once. The bits do not depend on it.
     */
    private static final int BLOCK = 40;

    private final Attention in;
    private final int heads;
    private final int kvHeads;
    private final float scale;
    private final int window;
    private final float softcap;
    private final Head head = new Head();
    private final Matrix left = new Matrix();
    private final Matrix result = new Matrix();

    AttentionDerivative(Attention in) {
        this.in = in;
        this.heads = in.heads();
        this.kvHeads = in.kvHeads();
        this.scale = in.scale();
        this.window = in.window();
        this.softcap = in.softcap();
    }

    /** What one head sees of a batch: columns of q, k, v and y in the rows of one window. */
    private final class Head {

        private final Matrix matrix = new Matrix();
        private int length;
        private int width;
        private int query; // where its first query stands
        private int key; // where its first key and value stand
        private int queryRow;
        private int keyRow;

        void turnTo(Batch batch, int sequence, int head) {
            length = batch.length();
            queryRow = batch.program().tensor(in.result()).columns();
            width = queryRow / heads;
            keyRow = kvHeads * width;
            query = sequence * length * queryRow + head * width;
            key = sequence * length * keyRow + head / (heads / kvHeads) * width;
        }

        /** Points at rows of queries or results, from one on // [length − first, width] */
        Matrix queries(Matrix to, float[] values, int first) {
            return to.at(values, query + first * queryRow, queryRow, 1);
        }

        /** Points at all keys or values // [length, width] */
        Matrix keys(Matrix to, float[] values) {
            return to.at(values, key, keyRow, 1);
        }

        /** Packs all keys or values as they stand // [length, width] */
        Panels pack(Batch batch, Scratch which, int operand) {
            Panels panels = batch.scratchPanels(which);
            batch.arithmetic().pack(length, width, keys(matrix, batch.values(operand)), panels);
            return panels;
        }

        /** Packs the transpose of all keys or values // [width, length] */
        Panels packTransposed(Batch batch, Scratch which, int operand) {
            Panels panels = batch.scratchPanels(which);
            matrix.at(batch.values(operand), key, 1, keyRow);
            batch.arithmetic().pack(width, length, matrix, panels);
            return panels;
        }
    }

    @Override
    public void forward(Batch batch) {
        float[] y = batch.values(in.result()); // [T, heads · width]
        Arithmetic arithmetic = batch.arithmetic();
        float[] weights = batch.scratch(Scratch.A, BLOCK * batch.length()); // [BLOCK, keys]
        for (int item = 0; item < batch.sequences() * heads; item++) {
            head.turnTo(batch, item / heads, item % heads);
            Panels keys = head.packTransposed(batch, Scratch.A, in.k());
            Panels values = head.pack(batch, Scratch.B, in.v());
            for (int first = 0; first < head.length; first += BLOCK) {
                int end = Math.min(head.length, first + BLOCK);
                weigh(batch, keys, first, end, weights, null);
                left.rows(weights, end);
                arithmetic.multiply(end - first, head.width, end, left, values, head.queries(result, y, first), false);
            }
        }
    }

    @Override
    public void backward(Batch batch) {
        float[] q = batch.values(in.q()); // [T, heads · width]
        float[] dy = batch.gradient(in.result());
        float[] dq = Sums.begun(batch, in.q());
        float[] dk = Sums.begun(batch, in.k()); // [T, kvHeads · width]
        float[] dv = Sums.begun(batch, in.v());
        Arithmetic arithmetic = batch.arithmetic();
        float[] weights = batch.scratch(Scratch.A, BLOCK * batch.length()); // [BLOCK, keys]
        float[] slopes = batch.scratch(Scratch.B, BLOCK * batch.length());
        float[] bends = softcap > 0 ? batch.scratch(Scratch.C, BLOCK * batch.length()) : null;
        for (int item = 0; item < batch.sequences() * heads; item++) {
            head.turnTo(batch, item / heads, item % heads);
            int width = head.width;
            Panels keysAcross = head.packTransposed(batch, Scratch.A, in.k());
            Panels keys = head.pack(batch, Scratch.B, in.k());
            Panels valuesAcross = head.packTransposed(batch, Scratch.C, in.v());
            Panels queries = batch.scratchPanels(Scratch.D);
            for (int first = 0; first < head.length; first += BLOCK) {
                int end = Math.min(head.length, first + BLOCK);
                int rows = end - first;
                weigh(batch, keysAcross, first, end, weights, bends);
                head.queries(left, dy, first);
                arithmetic.multiply(rows, end, width, left, valuesAcross, result.rows(slopes, end), false);
                arithmetic.pack(rows, width, left, queries);
                left.rowsTransposed(weights, end); // [end, rows]
                arithmetic.multiply(end, width, rows, left, queries, head.keys(result, dv), true);
                bend(arithmetic, rows, end, weights, slopes, bends);
                left.rows(slopes, end); // [rows, end]
                arithmetic.multiply(rows, width, end, left, keys, head.queries(result, dq, first), true);
                arithmetic.pack(rows, width, head.queries(left, q, first), queries);
                left.rowsTransposed(slopes, end); // [end, rows]
                arithmetic.multiply(end, width, rows, left, queries, head.keys(result, dk), true);
            }
        }
    }

    /**
     * The softmax weights of a block of queries, zero for keys that a query does not see.
     *
     * @param keys the head's // [width, length]
     * @param weights receives them // [end − first, end]
     * @param bends receives the slopes of the softcap, where there is one // [end − first, end]
     */
    private void weigh(Batch batch, Panels keys, int first, int end, float[] weights, float @Nullable [] bends) {
        head.queries(left, batch.values(in.q()), first);
        batch.arithmetic().multiply(end - first, end, head.width, left, keys, result.rows(weights, end), false);
        for (int row = 0; row < end - first; row++) {
            int at = row * end;
            int last = first + row;
            int begin = AttentionScores.first(window, last);
            int count = last + 1 - begin;
            Arrays.fill(weights, at, at + begin, 0);
            Arrays.fill(weights, at + last + 1, at + end, 0);
            float max = scaled(weights, at + begin, count);
            if (softcap > 0) {
                max = capped(weights, at + begin, count, bends);
            }
            float share = 1 / batch.arithmetic().exponentials(weights, at + begin, count, max);
            for (int i = at + begin; i < at + begin + count; i++) {
                weights[i] *= share;
            }
        }
    }

    /** Scores of products; returns the greatest. */
    private float scaled(float[] products, int at, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            products[i] *= scale;
            max = Math.max(max, products[i]);
        }
        return max;
    }

    private float capped(float[] scores, int at, int count, float @Nullable [] bends) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            double t = StrictMath.tanh(scores[i] / softcap);
            scores[i] = (float) (softcap * t);
            if (bends != null) {
                bends[i] = (float) (1 - t * t);
            }
            max = Math.max(max, scores[i]);
        }
        return max;
    }

    /** Turns {@code dw} into {@code ds}, times what the scores were multiplied with // slopes [rows, end] */
    private void bend(
            Arithmetic arithmetic, int rows, int end, float[] weights, float[] slopes, float @Nullable [] bends) {
        for (int at = 0; at < rows * end; at += end) {
            float mean = arithmetic.dot(weights, at, slopes, at, end);
            for (int i = at; i < at + end; i++) {
                slopes[i] = weights[i] * (slopes[i] - mean) * scale;
            }
        }
        for (int i = 0; bends != null && i < rows * end; i++) {
            slopes[i] *= bends[i];
        }
    }
}
