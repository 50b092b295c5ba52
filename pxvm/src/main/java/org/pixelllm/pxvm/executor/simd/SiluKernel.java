package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.simd.vector.Exponential;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.program.Operation.Unary;

/** {@code y = x / (1 + e⁻ˣ)} */
record SiluKernel(Unary in) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] x = frame.values(in.x());
        float[] y = frame.values(in.result());
        int length = frame.lengthOf(in.result());
        // One call for whole and incomplete vectors, for the reason that Exponential.shifted gives.
        for (int i = 0; i < length; i += Lanes.COUNT) {
            VectorMask<Float> lanes = Lanes.FLOAT.indexInRange(i, length);
            silu(FloatVector.fromArray(Lanes.FLOAT, x, i, lanes)).intoArray(y, i, lanes);
        }
    }

    private static FloatVector silu(FloatVector x) {
        return x.div(Exponential.of(x.neg()).add(1));
    }
}
