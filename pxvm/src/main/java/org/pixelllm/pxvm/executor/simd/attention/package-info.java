/** Attention of several queries over one key head: what is read once serves them all. */
@NullMarked
package org.pixelllm.pxvm.executor.simd.attention;

import org.jspecify.annotations.NullMarked;
