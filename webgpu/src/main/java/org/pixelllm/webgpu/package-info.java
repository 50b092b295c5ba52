/** The executor that runs programs on a GPU: WGSL kernels, one a file, composed by the opcode table. */
@NullMarked
package org.pixelllm.webgpu;

import org.jspecify.annotations.NullMarked;
