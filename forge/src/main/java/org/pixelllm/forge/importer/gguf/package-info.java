/** GGUF files. */
@NullMarked
package org.pixelllm.forge.importer.gguf;

import org.jspecify.annotations.NullMarked;
