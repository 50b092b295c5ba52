package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Arithmetic;

/** What one thread computes with. Kernels run one after another, so they share it. */
final class ThreadOwn {

    private final Arithmetic arithmetic;
    private float[] scores = {}; // [positions]

    ThreadOwn(Arithmetic arithmetic) {
        this.arithmetic = arithmetic;
    }

    Arithmetic arithmetic() {
        return arithmetic;
    }

    /** Attention's weights, for at least this many positions and a vector more. */
    float[] scores(int positions) {
        if (scores.length < positions + Arithmetic.LANES) {
            scores = new float[Math.max(positions + Arithmetic.LANES, 2 * scores.length)];
        }
        return scores;
    }
}
