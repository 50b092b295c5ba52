/** Commands that answer: infer, generate, watch. */
@NullMarked
package org.pixelllm.cli.answer;

import org.jspecify.annotations.NullMarked;
