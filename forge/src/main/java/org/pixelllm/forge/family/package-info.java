/** Model families as builders of programs, one short file each. */
@NullMarked
package org.pixelllm.forge.family;

import org.jspecify.annotations.NullMarked;
