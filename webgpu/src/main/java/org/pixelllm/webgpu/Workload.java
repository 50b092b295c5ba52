package org.pixelllm.webgpu;

/**
 * How much a dispatch computes.
 *
 * @param tokens of the pass, or of one session in it
 * @param rows asked for in the pass
 * @param end positions of the session once these tokens are in
 */
record Workload(int tokens, int rows, int end) {}
