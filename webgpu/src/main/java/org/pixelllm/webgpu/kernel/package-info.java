/**
 * The kernels as texts, without a GPU: what Java and WGSL must agree on (structs, bindings, workgroups, constants) is
 * declared here once, and written into each kernel's complete text.
 */
@NullMarked
package org.pixelllm.webgpu.kernel;

import org.jspecify.annotations.NullMarked;
