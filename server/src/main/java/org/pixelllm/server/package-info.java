/** The HTTP service: pixels over the network, and the page. */
@NullMarked
package org.pixelllm.server;

import org.jspecify.annotations.NullMarked;
