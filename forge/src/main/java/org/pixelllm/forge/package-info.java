/** Makes cartridges: from other formats, or by training. */
@NullMarked
package org.pixelllm.forge;

import org.jspecify.annotations.NullMarked;
