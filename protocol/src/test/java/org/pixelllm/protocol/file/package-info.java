/** Tests of the pixel files. */
@NullMarked
package org.pixelllm.protocol.file;

import org.jspecify.annotations.NullMarked;
