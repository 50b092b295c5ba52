/** Benchmarks: how long things take here, beside a peer in the same run. Nothing is asserted on a time. */
@NullMarked
package org.pixelllm.bench;

import org.jspecify.annotations.NullMarked;
