/** Commands about one file: encode, decode, inspect, verify, view, asm, disasm; and what they share about files. */
@NullMarked
package org.pixelllm.cli.file;

import org.jspecify.annotations.NullMarked;
