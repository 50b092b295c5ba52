/** The reference executor: scalar, plain, in reading order, accumulating in double. */
@NullMarked
package org.pixelllm.pxvm.executor.reference;

import org.jspecify.annotations.NullMarked;
