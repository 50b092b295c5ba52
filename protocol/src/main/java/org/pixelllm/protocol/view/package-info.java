/** What pictures for eyes are drawn with: a canvas, its letters, colours and legends, numbers as words. */
@NullMarked
package org.pixelllm.protocol.view;

import org.jspecify.annotations.NullMarked;
