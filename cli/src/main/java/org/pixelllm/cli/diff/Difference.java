package org.pixelllm.cli.diff;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.png.Pixels;

/**
 * How two images differ.
 *
 * @param facts what to say, in this order
 * @param picture for eyes; null where there is nothing to draw
 */
record Difference(Map<String, Object> facts, @Nullable Pixels picture) {}
