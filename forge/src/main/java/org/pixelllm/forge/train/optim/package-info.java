/** What gradients do to parameters: initial values and optimizers. */
@NullMarked
package org.pixelllm.forge.train.optim;

import org.jspecify.annotations.NullMarked;
