/**
 * Looking into a model while it reads: {@link org.pixelllm.engine.look.Look} taps a run and keeps what is asked for, as
 * data images and as views.
 */
@NullMarked
package org.pixelllm.engine.look;

import org.jspecify.annotations.NullMarked;
