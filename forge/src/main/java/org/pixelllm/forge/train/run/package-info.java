/** A training run: settings, steps, checkpoints, the curve. */
@NullMarked
package org.pixelllm.forge.train.run;

import org.jspecify.annotations.NullMarked;
