package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.executor.AttentionScores;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostState;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.executor.simd.vector.Exponential;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
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
    private final Scratch[] scratches;
    private final int heads;
    private final int kvHeads;
    private final int width;
    private final int row;
    private final int window;
    private final float scale;
    private final float softcap;
    private final int whole;
    private final VectorMask<Float> tail;
    // What is being computed.
    private Frame frame;
    private float[] q = {}; // [T, heads · width]
    private float[] y = {}; // [T, heads · width]

    @SuppressWarnings("NullAway.Init") // The frame is set before a piece runs.
    AttentionKernel(Program program, Attention in, Workers workers, Scratch[] scratches) {
        this.program = program;
        this.in = in;
        this.workers = workers;
        this.scratches = scratches;
        this.heads = in.heads();
        this.kvHeads = in.kvHeads();
        this.width = program.tensor(in.result()).columns() / heads;
        this.row = kvHeads * width;
        this.scale = in.scale();
        this.window = in.window();
        this.softcap = in.softcap();
        this.whole = Lanes.FLOAT.loopBound(width);
        this.tail = Lanes.FLOAT.indexInRange(whole, width);
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
            head(item * width, keys, values, first * row + column, position - first + 1, scratches[thread]);
        }
    }

    /** One head at one position: {@code count} keys and values, the first at {@code from}. */
    private void head(int at, float[] keys, float[] values, int from, int count, Scratch own) {
        float[] weights = own.scores(Lanes.padded(count));
        for (int s = 0; s < count; s += Scratch.ROWS) {
            int some = Math.min(Scratch.ROWS, count - s);
            for (int i = 0; i < some; i++) {
                dot(q, at, keys, from + (s + i) * row, whole, width, tail, own.lanes, i * Lanes.COUNT);
            }
            Lanes.sums(own.lanes, 0, some, weights, s);
        }
        float max = Float.NEGATIVE_INFINITY;
        for (int s = 0; s < count; s++) {
            float score = scale * weights[s];
            weights[s] = softcap > 0 ? (float) (softcap * Math.tanh(score / softcap)) : score;
            max = Math.max(max, weights[s]);
        }
        Exponential.shifted(weights, max, count, own.lanes);
        Lanes.sums(own.lanes, 0, 1, own.sums, 0);
        float share = 1 / own.sums[0];
        int i = 0;
        for (; i <= whole - 2 * Lanes.PAIR; i += 2 * Lanes.PAIR) {
            mixFour(weights, count, values, from + i, row, share, y, at + i);
        }
        for (; i <= whole - Lanes.PAIR; i += Lanes.PAIR) {
            mixTwo(weights, count, values, from + i, row, share, y, at + i);
        }
        for (; i < whole; i += Lanes.COUNT) {
            mix(weights, count, values, from + i, row, share, y, at + i);
        }
        if (whole < width) {
            mix(weights, count, values, from + whole, row, share, y, at + whole, tail);
        }
    }

    private static void dot(
            float[] q,
            int qAt,
            float[] k,
            int kAt,
            int whole,
            int width,
            VectorMask<Float> tail,
            float[] to,
            int toAt) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            a = FloatVector.fromArray(Lanes.FLOAT, q, qAt + i).fma(FloatVector.fromArray(Lanes.FLOAT, k, kAt + i), a);
        }
        if (whole < width) {
            a = FloatVector.fromArray(Lanes.FLOAT, q, qAt + whole, tail)
                    .fma(FloatVector.fromArray(Lanes.FLOAT, k, kAt + whole, tail), a);
        }
        a.intoArray(to, toAt);
    }

    /** {@code y = share · Σ weights[s] · values[s]}, for one vector of columns. */
    private static void mix(
            float[] weights, int count, float[] values, int from, int step, float share, float[] y, int at) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int s = 0, p = from; s < count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p).fma(w, a);
        }
        a.mul(share).intoArray(y, at);
    }

    /** The same for two: their chains of additions run side by side. */
    private static void mixTwo(
            float[] weights, int count, float[] values, int from, int step, float share, float[] y, int at) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        for (int s = 0, p = from; s < count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p).fma(w, a);
            b = FloatVector.fromArray(Lanes.FLOAT, values, p + Lanes.COUNT).fma(w, b);
        }
        a.mul(share).intoArray(y, at);
        b.mul(share).intoArray(y, at + Lanes.COUNT);
    }

    /** The same for four. */
    private static void mixFour(
            float[] weights, int count, float[] values, int from, int step, float share, float[] y, int at) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int s = 0, p = from; s < count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p).fma(w, a);
            b = FloatVector.fromArray(Lanes.FLOAT, values, p + Lanes.COUNT).fma(w, b);
            c = FloatVector.fromArray(Lanes.FLOAT, values, p + 2 * Lanes.COUNT).fma(w, c);
            d = FloatVector.fromArray(Lanes.FLOAT, values, p + 3 * Lanes.COUNT).fma(w, d);
        }
        a.mul(share).intoArray(y, at);
        b.mul(share).intoArray(y, at + Lanes.COUNT);
        c.mul(share).intoArray(y, at + 2 * Lanes.COUNT);
        d.mul(share).intoArray(y, at + 3 * Lanes.COUNT);
    }

    /** The same for the lanes of an incomplete vector. */
    private static void mix(
            float[] weights,
            int count,
            float[] values,
            int from,
            int step,
            float share,
            float[] y,
            int at,
            VectorMask<Float> lanes) {
        FloatVector a = FloatVector.zero(Lanes.FLOAT);
        for (int s = 0, p = from; s < count; s++, p += step) {
            FloatVector w = FloatVector.broadcast(Lanes.FLOAT, weights[s]);
            a = FloatVector.fromArray(Lanes.FLOAT, values, p, lanes).fma(w, a);
        }
        a.mul(share).intoArray(y, at, lanes);
    }
}
