/** Connections: what they may take of time, bytes and patience, and whether somebody is still there. */
@NullMarked
package org.pixelllm.server.wire;

import org.jspecify.annotations.NullMarked;
