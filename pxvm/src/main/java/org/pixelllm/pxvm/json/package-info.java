/** JSON of other people, read strictly. */
@NullMarked
package org.pixelllm.pxvm.json;

import org.jspecify.annotations.NullMarked;
