/** The pixel files of the contract: token, prediction and heat-map images, and the PNG codec under them. */
@NullMarked
package org.pixelllm.protocol;

import org.jspecify.annotations.NullMarked;
