/**
 * Has a daemon run a command line. A process of these classes alone starts in a fraction of the time that a model takes: they
 * use nothing but the JDK, and little of that.
 */
@NullMarked
package org.pixelllm.cli.client;

import org.jspecify.annotations.NullMarked;
