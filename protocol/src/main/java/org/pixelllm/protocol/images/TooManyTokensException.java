package org.pixelllm.protocol.images;

/** A text or list has more tokens than a token image can count. */
public final class TooManyTokensException extends IllegalArgumentException {

    private final long count;

    /** With how many tokens there were. */
    public TooManyTokensException(long count) {
        super(count + " tokens: a token image holds at most " + CharacterTokens.MAX_TOKENS + ". Shorten the text.");
        this.count = count;
    }

    /** How many tokens there were. */
    public long count() {
        return count;
    }
}
