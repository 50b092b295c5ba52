package org.pixelllm.cli.answer;

import org.pixelllm.protocol.images.TokenImage;

/**
 * What a model is given to read.
 *
 * @param tokens as the model's tokenizer or an image has them
 * @param name of the image's file, for messages; {@value #TEXT} for a text
 * @param isText whether it came as a text, so that no image of its tokens exists yet
 */
public record Prompt(TokenImage tokens, String name, boolean isText) {

    static final String TEXT = "<text>";
}
