package org.pixelllm.engine.text;

/** Why a generation has ended. */
public enum StopReason {
    /** As many tokens as were asked for. */
    LENGTH("length"),
    /** The model ended its text. */
    END("end of text"),
    /** The stop text came. */
    TEXT("stop text"),
    /** Whoever asked for it wanted no more. */
    INTERRUPTED("interrupted");

    private final String words;

    StopReason(String words) {
        this.words = words;
    }

    /** The words for it in text entries. */
    public String words() {
        return words;
    }
}
