/** Requests and responses: who may ask, what was asked, in which form it is answered. */
@NullMarked
package org.pixelllm.server.http;

import org.jspecify.annotations.NullMarked;
