package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.program.Operation.Unary;

/** {@code y = max(x, 0)} */
record ReluKernel(Unary in) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] left = frame.values(in.x());
        float[] y = frame.values(in.result());
        int length = frame.lengthOf(in.result());
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector a = FloatVector.fromArray(Lanes.FLOAT, left, i);
            a.max(0).intoArray(y, i);
        }
        for (; i < length; i++) {
            y[i] = Math.max(left[i], 0);
        }
    }
}
