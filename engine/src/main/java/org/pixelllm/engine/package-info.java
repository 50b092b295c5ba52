/** What a caller holds: {@link org.pixelllm.engine.PixelLlm} opens a cartridge, {@link org.pixelllm.engine.Session} asks it. */
@NullMarked
package org.pixelllm.engine;

import org.jspecify.annotations.NullMarked;
