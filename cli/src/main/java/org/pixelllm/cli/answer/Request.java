package org.pixelllm.cli.answer;

import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.text.GenerationOptions;

/**
 * What is asked with one token image.
 *
 * @param digest of all that the answer depends on
 * @param options for a sequence, or null where none is wanted
 */
public record Request(String digest, @Nullable GenerationOptions options) {}
