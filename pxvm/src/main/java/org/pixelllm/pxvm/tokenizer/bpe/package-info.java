/** Byte-pair encoding of one stretch of text. */
@NullMarked
package org.pixelllm.pxvm.tokenizer.bpe;

import org.jspecify.annotations.NullMarked;
