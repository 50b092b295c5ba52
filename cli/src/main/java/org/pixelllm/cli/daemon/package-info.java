/** The daemon, which keeps a model open behind a socket, and its commands. */
@NullMarked
package org.pixelllm.cli.daemon;

import org.jspecify.annotations.NullMarked;
