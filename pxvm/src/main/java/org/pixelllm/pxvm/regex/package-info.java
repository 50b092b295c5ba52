/**
 * The expressions with which tokenizers cut texts: the part of Oniguruma's syntax that published models use, as Hugging
 * Face's library runs it. Its classes are Unicode's, its matcher needs no stack, and its steps are bounded.
 */
@NullMarked
package org.pixelllm.pxvm.regex;

import org.jspecify.annotations.NullMarked;
