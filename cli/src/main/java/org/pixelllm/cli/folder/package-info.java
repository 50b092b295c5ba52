/** The hot folder. */
@NullMarked
package org.pixelllm.cli.folder;

import org.jspecify.annotations.NullMarked;
