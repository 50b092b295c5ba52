/** The weights of the original implementation. */
@NullMarked
package org.pixelllm.forge.importer.v0;

import org.jspecify.annotations.NullMarked;
