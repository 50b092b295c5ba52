package org.pixelllm.webgpu;

/**
 * How much a dispatch has to do.
 *
 * @param tokens of the pass, or of one session in it
 * @param rows asked for in the pass
 * @param end positions of the session behind these tokens
 */
record Reach(int tokens, int rows, int end) {}
