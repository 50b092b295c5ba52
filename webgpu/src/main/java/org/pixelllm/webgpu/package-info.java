/** The executor that runs programs on a GPU: instructions become dispatches of WGSL kernels. */
@NullMarked
package org.pixelllm.webgpu;

import org.jspecify.annotations.NullMarked;
