/** Tests of the pixel files. */
@NullMarked
package org.pixelllm.protocol.images;

import org.jspecify.annotations.NullMarked;
