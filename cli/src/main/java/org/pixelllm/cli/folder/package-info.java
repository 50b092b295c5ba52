/** The hot folder: serve-folder, what it asks of each token image and where the answers go. */
@NullMarked
package org.pixelllm.cli.folder;

import org.jspecify.annotations.NullMarked;
