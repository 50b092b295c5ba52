/** Tests of the compliance kit. */
@NullMarked
package org.pixelllm.conformance.kit;

import org.jspecify.annotations.NullMarked;
