/** Conversations as a model's own template spells them. */
@NullMarked
package org.pixelllm.engine.chat;

import org.jspecify.annotations.NullMarked;
