package org.pixelllm.webgpu.kernel;

/**
 * A matrix of weights: the uniform {@code place}.
 *
 * @param stride from one group of rows to the next, in elements of the array that the kernel reads
 * @param columns of the matrix
 * @param low u8: the value of code 0
 * @param span u8: from there to the value of code 255
 */
public record Place(int stride, int columns, float low, float span) implements Struct {}
