/** The images of the contract and of its extensions: what their pixels mean. */
@NullMarked
package org.pixelllm.protocol.images;

import org.jspecify.annotations.NullMarked;
