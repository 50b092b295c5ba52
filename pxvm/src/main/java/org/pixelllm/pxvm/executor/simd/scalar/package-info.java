/** Products in plain loops, with the bits that vectors give. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.scalar;

import org.jspecify.annotations.NullMarked;
