/** The checkpoints and tokenizers of llama2.c. */
@NullMarked
package org.pixelllm.forge.importer.llama2c;

import org.jspecify.annotations.NullMarked;
