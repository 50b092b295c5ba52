package org.pixelllm.webgpu.kernel;

/**
 * Where the pixels of a drawn row lie: the uniform {@code picture}.
 *
 * @param predictionWords words of the prediction; the heat map follows them
 * @param rowWords words of both
 */
public record PictureLayout(int predictionWords, int rowWords) implements Struct {}
