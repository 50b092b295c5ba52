/** Views: pictures for eyes, with captions, a legend and a scale. They know numbers and words, and nothing of models. */
@NullMarked
package org.pixelllm.engine.view;

import org.jspecify.annotations.NullMarked;
