/** Every family computed a second time, in doubles, from its published definition. */
@NullMarked
package org.pixelllm.forge.importer.oracle;

import org.jspecify.annotations.NullMarked;
