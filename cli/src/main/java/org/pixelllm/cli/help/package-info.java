/** What the program says about itself: help, completions for shells, the manual page. All is made from the commands. */
@NullMarked
package org.pixelllm.cli.help;

import org.jspecify.annotations.NullMarked;
