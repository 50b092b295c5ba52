/** Products of a weight with one row of x and with many. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.product;

import org.jspecify.annotations.NullMarked;
