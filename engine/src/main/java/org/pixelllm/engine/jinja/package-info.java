/**
 * The part of Jinja that the templates of chat models use. Templates are foreign input: what is not known is refused by name, steps and
 * characters are bounded, and nothing outside the given values can be reached.
 */
@NullMarked
package org.pixelllm.engine.jinja;

import org.jspecify.annotations.NullMarked;
