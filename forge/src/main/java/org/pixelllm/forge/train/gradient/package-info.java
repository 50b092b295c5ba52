/** The loss of a batch and the gradient of every weight: a program's instructions walked forwards, then backwards. */
@NullMarked
package org.pixelllm.forge.train.gradient;

import org.jspecify.annotations.NullMarked;
