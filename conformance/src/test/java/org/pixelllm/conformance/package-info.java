@NullMarked
package org.pixelllm.conformance;

import org.jspecify.annotations.NullMarked;
