/** The diff command: how two images of one kind differ. */
@NullMarked
package org.pixelllm.cli.diff;

import org.jspecify.annotations.NullMarked;
