/** Experts: which of them each row goes to, and where their rows lie. */
@NullMarked
package org.pixelllm.pxvm.executor.expert;

import org.jspecify.annotations.NullMarked;
