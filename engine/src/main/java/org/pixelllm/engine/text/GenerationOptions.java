package org.pixelllm.engine.text;

import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.CharacterTokens;

/**
 * What to generate.
 *
 * @param sampling how tokens are chosen
 * @param maxTokens the most that are generated, 1 to 65,535
 * @param stop a text that ends the generation and is not part of it, or null
 */
public record GenerationOptions(
        Sampling sampling, int maxTokens, @Nullable String stop) {

    /** The most tokens, unless another number is asked for. */
    public static final int DEFAULT_TOKENS = 200;

    public GenerationOptions {
        if (maxTokens < 1 || maxTokens > CharacterTokens.MAX_TOKENS) {
            throw new IllegalArgumentException(
                    "-n: expected 1 to " + CharacterTokens.MAX_TOKENS + " tokens, found " + maxTokens + ".");
        }
        if (stop != null && stop.isEmpty()) {
            throw new IllegalArgumentException("--stop: expected at least one character, found none.");
        }
    }
}
