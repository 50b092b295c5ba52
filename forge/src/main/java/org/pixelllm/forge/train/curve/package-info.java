/** How the loss falls over a run, and its picture. */
@NullMarked
package org.pixelllm.forge.train.curve;

import org.jspecify.annotations.NullMarked;
