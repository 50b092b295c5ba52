/** Tokenizers as they travel in a cartridge. */
@NullMarked
package org.pixelllm.pxvm.tokenizer;

import org.jspecify.annotations.NullMarked;
