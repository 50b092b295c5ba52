package org.pixelllm.pxvm.executor.simd;

import java.util.Arrays;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.HostKernels;
import org.pixelllm.pxvm.executor.HostState;
import org.pixelllm.pxvm.executor.Workers;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;

/**
 * Causal attention over the session's keys and values. The heads of all tokens are shared out to the threads; one head
 * at one position is computed by one thread in one order.
 */
final class AttentionKernel implements Kernel {

    /** Multiplications below which a second thread costs more than it gains. */
    private static final long WORTH_SHARING = 1 << 19;

    private final Program program;
    private final Instruction in;
    private final Workers workers;
    private final int heads;
    private final int kvHeads;
    private final int width;
    private final int window;
    private final float scale;
    private final float softcap;
    private final ThreadLocal<float[]> scores = ThreadLocal.withInitial(() -> new float[0]);

    AttentionKernel(Program program, Instruction in, Workers workers) {
        this.program = program;
        this.in = in;
        this.workers = workers;
        this.heads = in.whole(0);
        this.kvHeads = in.whole(1);
        this.width = program.tensor(in.result()).columns() / heads;
        this.scale = in.real(2);
        this.window = in.whole(3);
        this.softcap = in.real(4);
    }

    @Override
    public void run(Frame frame) {
        HostKernels.remember(frame, program, in);
        float[] q = frame.values(in.operand(0)); // [T, heads · width]
        float[] y = frame.values(in.result()); // [T, heads · width]
        for (Frame.Slice slice : frame.slices()) {
            HostState state = slice.state();
            float[] keys = state.tensor(in.operand(3)); // [context, kvHeads · width]
            float[] values = state.tensor(in.operand(4)); // [context, kvHeads · width]
            int position = state.position();
            int items = slice.count() * heads;
            Workers.Task task = (from, to) -> {
                float[] buffer = buffer(position + slice.count());
                for (int item = from; item < to; item++) {
                    int at = (slice.first() * heads + item) * width;
                    head(q, y, at, keys, values, position + item / heads, item % heads, buffer);
                }
            };
            if ((long) items * (position + slice.count()) * width < WORTH_SHARING) {
                task.run(0, items);
            } else {
                workers.split(items, task);
            }
        }
    }

    private float[] buffer(int length) {
        float[] own = scores.get();
        if (own.length < length) {
            own = new float[Math.max(length, 2 * own.length)];
            scores.set(own);
        }
        return own;
    }

    private void head(
            float[] q, float[] y, int at, float[] keys, float[] values, int position, int head, float[] weights) {
        int row = kvHeads * width;
        int column = head / (heads / kvHeads) * width;
        int first = window > 0 ? Math.max(0, position - window + 1) : 0;
        int count = position - first + 1;
        float max = Float.NEGATIVE_INFINITY;
        for (int s = 0; s < count; s++) {
            float dot = scale * Dots.dot(q, at, keys, (first + s) * row + column, width);
            weights[s] = softcap > 0 ? (float) (softcap * Math.tanh(dot / softcap)) : dot;
            max = Math.max(max, weights[s]);
        }
        float share = 1 / Exponential.shifted(weights, max, weights, count);
        Arrays.fill(y, at, at + width, 0);
        for (int s = 0; s < count; s++) {
            Dots.add(weights[s] * share, values, (first + s) * row + column, y, at, width);
        }
    }
}
