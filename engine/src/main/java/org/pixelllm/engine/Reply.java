package org.pixelllm.engine;

/** What a model gave back for a text: its logits, or pictures of them. */
public sealed interface Reply permits Answer, Pictures {

    /** Tokens of the text. */
    int tokensGiven();

    /** Of these, the last ones that fit in the model's context. */
    int tokensUsed();

    /** Whether the text was longer than the model's context. */
    default boolean isShortened() {
        return tokensUsed() < tokensGiven();
    }
}
