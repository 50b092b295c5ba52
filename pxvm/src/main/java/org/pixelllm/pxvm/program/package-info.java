/** Programs of the pxVM: the opcode table, tensors, validation, and the image and text forms. */
@NullMarked
package org.pixelllm.pxvm.program;

import org.jspecify.annotations.NullMarked;
