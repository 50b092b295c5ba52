/** Element types, and weights where they lie: in the pages of a mapped cartridge, or in memory. */
@NullMarked
package org.pixelllm.pxvm.weights;

import org.jspecify.annotations.NullMarked;
