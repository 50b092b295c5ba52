package org.pixelllm.pxvm.executor.simd;

import org.pixelllm.pxvm.executor.Frame;

/**
 * One instruction made ready to run. Each kind is a class of its own: the just-in-time compiler does badly on several
 * kernels inlined into one method.
 */
interface Kernel {
    void run(Frame frame);
}
