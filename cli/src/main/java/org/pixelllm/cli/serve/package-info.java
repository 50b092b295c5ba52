/** The serve command. */
@NullMarked
package org.pixelllm.cli.serve;

import org.jspecify.annotations.NullMarked;
