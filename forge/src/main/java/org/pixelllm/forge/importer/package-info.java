/** Readers of other projects' model files. */
@NullMarked
package org.pixelllm.forge.importer;

import org.jspecify.annotations.NullMarked;
