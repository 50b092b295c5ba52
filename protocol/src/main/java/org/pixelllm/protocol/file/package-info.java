/** Pixel files on disk: read with bounds, written whole or not at all. */
@NullMarked
package org.pixelllm.protocol.file;

import org.jspecify.annotations.NullMarked;
