/** The trainer: a program walked forwards, then backwards. */
@NullMarked
package org.pixelllm.forge.train;

import org.jspecify.annotations.NullMarked;
