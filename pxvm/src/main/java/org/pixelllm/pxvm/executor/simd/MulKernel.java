package org.pixelllm.pxvm.executor.simd;

import jdk.incubator.vector.FloatVector;
import org.pixelllm.pxvm.executor.Frame;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.program.Operation.Binary;

/** {@code y = a · b} */
record MulKernel(Binary in) implements Kernel {

    @Override
    public void run(Frame frame) {
        float[] left = frame.values(in.a());
        float[] right = frame.values(in.b());
        float[] y = frame.values(in.result());
        int length = frame.lengthOf(in.result());
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector a = FloatVector.fromArray(Lanes.FLOAT, left, i);
            FloatVector b = FloatVector.fromArray(Lanes.FLOAT, right, i);
            a.mul(b).intoArray(y, i);
        }
        for (; i < length; i++) {
            y[i] = left[i] * right[i];
        }
    }
}
