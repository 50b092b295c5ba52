/** The compliance kit: gives any implementation's command files to answer or refuse, and reports what it did. */
@NullMarked
package org.pixelllm.conformance.kit;

import org.jspecify.annotations.NullMarked;
