/** The PNG codec: pixels and text entries from and to bytes, with bounds. */
@NullMarked
package org.pixelllm.protocol.png;

import org.jspecify.annotations.NullMarked;
