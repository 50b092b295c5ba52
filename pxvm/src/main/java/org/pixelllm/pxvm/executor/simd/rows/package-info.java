/** The rows of a weight, one class for each weight type: products with one row, and unpacking. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.rows;

import org.jspecify.annotations.NullMarked;
