/** The daemon, which keeps a model in memory and answers on a local socket, and its commands. */
@NullMarked
package org.pixelllm.cli.daemon;

import org.jspecify.annotations.NullMarked;
