/** The texts that a model is trained on. */
@NullMarked
package org.pixelllm.forge.train.data;

import org.jspecify.annotations.NullMarked;
