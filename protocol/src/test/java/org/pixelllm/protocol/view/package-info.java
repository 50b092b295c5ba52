/** Tests of what views are drawn with. */
@NullMarked
package org.pixelllm.protocol.view;

import org.jspecify.annotations.NullMarked;
