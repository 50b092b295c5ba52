/** Element types, and weights in place: in the pages of a mapped cartridge, or in memory. */
@NullMarked
package org.pixelllm.pxvm.weights;

import org.jspecify.annotations.NullMarked;
