/** What kernels are made of: the vector shape, sums in one order, exponentials, tiles held in registers, a thread's memory. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.vector;

import org.jspecify.annotations.NullMarked;
