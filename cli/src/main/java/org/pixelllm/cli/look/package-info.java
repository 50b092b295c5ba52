/** Commands that look inside a model: look, profile. */
@NullMarked
package org.pixelllm.cli.look;

import org.jspecify.annotations.NullMarked;
