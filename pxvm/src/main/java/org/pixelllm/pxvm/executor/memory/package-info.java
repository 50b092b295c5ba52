/** Sessions' keys and values, outside of Java's heap. */
@NullMarked
package org.pixelllm.pxvm.executor.memory;

import org.jspecify.annotations.NullMarked;
