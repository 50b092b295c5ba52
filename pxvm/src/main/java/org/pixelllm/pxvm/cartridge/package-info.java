/** The cartridge: a model's program, weights and tokenizer in one PNG that can be memory-mapped. */
@NullMarked
package org.pixelllm.pxvm.cartridge;

import org.jspecify.annotations.NullMarked;
