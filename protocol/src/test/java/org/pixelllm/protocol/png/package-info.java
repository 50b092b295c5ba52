/** Tests of the pixel files. */
@NullMarked
package org.pixelllm.protocol.png;

import org.jspecify.annotations.NullMarked;
