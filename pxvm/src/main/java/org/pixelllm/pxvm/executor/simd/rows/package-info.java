/** Products on the Vector API: by one row of x, by tiles of rows, and the unpacking that comes before. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.rows;

import org.jspecify.annotations.NullMarked;
