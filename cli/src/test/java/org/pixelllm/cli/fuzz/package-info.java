/** Hostile input for every format that is read: one target a format, each with a property that says what may come out. */
@NullMarked
package org.pixelllm.cli.fuzz;

import org.jspecify.annotations.NullMarked;
