/** Text token by token: generation and its sampling, beam search, the probability of a text. */
@NullMarked
package org.pixelllm.engine.text;

import org.jspecify.annotations.NullMarked;
