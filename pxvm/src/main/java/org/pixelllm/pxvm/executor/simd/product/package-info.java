/** Products of a weight by rows of x, whatever computes them. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.product;

import org.jspecify.annotations.NullMarked;
