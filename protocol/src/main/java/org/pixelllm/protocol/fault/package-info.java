/** What can be wrong with a pixel file: one exception type per kind, each with file, place, expected, found, remedy. */
@NullMarked
package org.pixelllm.protocol.fault;

import org.jspecify.annotations.NullMarked;
