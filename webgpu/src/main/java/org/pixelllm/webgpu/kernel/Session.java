package org.pixelllm.webgpu.kernel;

/**
 * What a kernel that runs session after session knows of one of them: the uniform {@code session}.
 *
 * @param first the place of its first token in this pass
 * @param count its tokens in this pass
 * @param position of the first of them
 */
public record Session(int first, int count, int position) implements Struct {}
