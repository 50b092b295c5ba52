/** Rules that the pixel files of any implementation must keep, checked from outside: files in, findings out. */
@NullMarked
package org.pixelllm.conformance;

import org.jspecify.annotations.NullMarked;
