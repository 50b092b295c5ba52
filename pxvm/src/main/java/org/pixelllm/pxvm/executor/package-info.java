/** What runs programs: the executor interface, sessions' state, one step over a batch. */
@NullMarked
package org.pixelllm.pxvm.executor;

import org.jspecify.annotations.NullMarked;
