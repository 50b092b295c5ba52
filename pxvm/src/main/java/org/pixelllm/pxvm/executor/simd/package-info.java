/** The SIMD executor: the Vector API, several accumulators, all cores. */
@NullMarked
package org.pixelllm.pxvm.executor.simd;

import org.jspecify.annotations.NullMarked;
