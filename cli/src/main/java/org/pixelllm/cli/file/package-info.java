/** Commands about one file: encode, decode, inspect, verify, view, asm, disasm. */
@NullMarked
package org.pixelllm.cli.file;

import org.jspecify.annotations.NullMarked;
