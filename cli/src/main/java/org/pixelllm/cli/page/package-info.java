/** Writes the page that runs a cartridge in a browser. */
@NullMarked
package org.pixelllm.cli.page;

import org.jspecify.annotations.NullMarked;
