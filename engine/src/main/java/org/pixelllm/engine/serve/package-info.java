/** Answering many callers with one model: a bounded queue whose requests are answered in batches. */
@NullMarked
package org.pixelllm.engine.serve;

import org.jspecify.annotations.NullMarked;
