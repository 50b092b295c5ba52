/** Files on disk: locks, atomic moves, and whether a file has changed. */
@NullMarked
package org.pixelllm.cli.storage;

import org.jspecify.annotations.NullMarked;
