/** Each instruction over a whole batch, forwards and backwards. */
@NullMarked
package org.pixelllm.forge.train.derivative;

import org.jspecify.annotations.NullMarked;
