package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostState;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;

/**
 * Causal attention over the sessions' keys and values. The heads of all tokens are shared out to the threads; one head at
 * one position is computed by one thread in one order.
 */
final class AttentionKernel implements Kernel, Workers.Piece {

    /** Multiplications below which a second thread costs more than it gains. */
    private static final long WORTH_SHARING = 3 << 14;

    private static final int PIECES = 4;

    private final Program program;
    private final Attention in;
    private final Workers workers;
    private final ThreadOwn[] owns;
    private final int heads;
    private final int kvHeads;
    private final int width;
    private final int row;
    private final int window;
    private final float scale;
    private final float softcap;
    // What is being computed.
    private Frame frame;
    private float[] q = {}; // [T, heads · width]
    private float[] y = {}; // [T, heads · width]

    /** @param owns one for each thread */
    @SuppressWarnings("NullAway.Init") // The frame is set before a piece runs.
    AttentionKernel(Program program, Attention in, Workers workers, ThreadOwn[] owns) {
        this.program = program;
        this.in = in;
        this.workers = workers;
        this.owns = owns;
        this.heads = in.heads();
        this.kvHeads = in.kvHeads();
        this.width = program.tensor(in.result()).columns() / heads;
        this.row = kvHeads * width;
        this.scale = in.scale();
        this.window = in.window();
        this.softcap = in.softcap();
    }

    @Override
    public void run(Frame step) {
        HostKernels.remember(step, program, in);
        frame = step;
        q = step.values(in.q());
        y = step.values(in.result());
        long scores = 0;
        for (int i = 0; i < step.slices(); i++) {
            Frame.Slice slice = step.slice(i);
            scores += (long) slice.count() * (slice.state().position() + slice.count());
        }
        int items = step.tokens() * heads;
        if (scores * heads * width < WORTH_SHARING) {
            run(0, 0, items);
        } else {
            workers.split(items, Math.ceilDiv(items, PIECES * workers.count()), this);
        }
    }

    @Override
    public void run(int thread, int from, int to) {
        for (int item = from; item < to; item++) {
            int token = item / heads;
            HostState state = frame.sliceOf(token).state();
            float[] keys = state.tensor(in.keys()); // [context, kvHeads · width]
            float[] values = state.tensor(in.values()); // [context, kvHeads · width]
            int position = frame.positionOf(token);
            int first = AttentionScores.first(window, position);
            int column = item % heads / (heads / kvHeads) * width;
            head(item * width, keys, values, first * row + column, position - first + 1, owns[thread]);
        }
    }

    /** One head at one position: {@code count} keys and values, the first at {@code from}. */
    private void head(int at, float[] keys, float[] values, int from, int count, ThreadOwn own) {
        Arithmetic arithmetic = own.arithmetic();
        float[] weights = own.scores(count);
        arithmetic.dots(q, at, keys, from, row, count, width, weights);
        scale(weights, count, scale);
        if (softcap > 0) {
            arithmetic.softcap(weights, weights, count, softcap);
        }
        float sum = arithmetic.exponentials(weights, 0, count, max(weights, count));
        arithmetic.mix(weights, count, values, from, row, width, 1 / sum, y, at);
    }

    private static void scale(float[] scores, int count, float factor) {
        for (int s = 0; s < count; s++) {
            scores[s] *= factor;
        }
    }

    private static float max(float[] scores, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int s = 0; s < count; s++) {
            max = Math.max(max, scores[s]);
        }
        return max;
    }
}
