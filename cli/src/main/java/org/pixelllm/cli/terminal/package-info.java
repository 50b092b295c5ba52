/** What every command shares: its options, the terminal, exit codes, messages. */
@NullMarked
package org.pixelllm.cli.terminal;

import org.jspecify.annotations.NullMarked;
