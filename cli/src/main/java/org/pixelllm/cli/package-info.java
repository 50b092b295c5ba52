/** The {@code pixel-llm} command. */
@NullMarked
package org.pixelllm.cli;

import org.jspecify.annotations.NullMarked;
