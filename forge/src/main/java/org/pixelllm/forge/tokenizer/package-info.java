/** Trains tokenizers. */
@NullMarked
package org.pixelllm.forge.tokenizer;

import org.jspecify.annotations.NullMarked;
