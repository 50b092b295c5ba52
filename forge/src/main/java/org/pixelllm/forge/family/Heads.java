package org.pixelllm.forge.family;

/**
 * The heads of attention.
 *
 * @param queries query heads
 * @param keyValues key and value heads, shared evenly by the query heads
 * @param dim elements of a head
 */
public record Heads(int queries, int keyValues, int dim) {}
