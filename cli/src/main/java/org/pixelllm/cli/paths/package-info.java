/** Paths as a process in another folder means them: a relative one keeps its name and is found from that folder. */
@NullMarked
package org.pixelllm.cli.paths;

import org.jspecify.annotations.NullMarked;
