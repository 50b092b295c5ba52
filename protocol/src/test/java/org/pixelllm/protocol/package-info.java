/** Tests of the pixel files. */
@NullMarked
package org.pixelllm.protocol;

import org.jspecify.annotations.NullMarked;
