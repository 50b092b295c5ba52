package org.pixelllm.engine.text;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Turns generated tokens into text as they come, and tells when the generation stops. */
final class Detokenizer {

    private final @Nullable Tokenizer tokenizer;
    private final @Nullable TextDecoder decoder;
    private final StopText stopText;
    private final @Nullable String stopName;
    private final int maxTokens;
    private int count;
    private @Nullable StopReason stop;

    /** Without a tokenizer there is no text, and only the length ends a generation. */
    Detokenizer(@Nullable Tokenizer tokenizer, GenerationOptions options) {
        this.tokenizer = tokenizer;
        this.decoder = tokenizer == null ? null : TextDecoder.continuing(tokenizer);
        this.stopText = new StopText(options.stop());
        this.stopName = options.stop();
        this.maxTokens = options.maxTokens();
    }

    /** The characters that can be shown with this token. With the last token that is all that was held back. */
    String add(int id) {
        boolean named = isNamedByStopText(id);
        String text = named ? heldBack() : stopText.add(characters(id));
        count++;
        if (named || stopText.isFound()) {
            stop = StopReason.TEXT;
            return text;
        }
        if (tokenizer != null && tokenizer.isEnd(id)) {
            stop = StopReason.END;
        } else if (count == maxTokens) {
            stop = StopReason.LENGTH;
        }
        return stop == null ? text : text + heldBack();
    }

    private String heldBack() {
        return decoder == null ? "" : stopText.add(decoder.end()) + stopText.end();
    }

    /** A stop text may be the name of a control token, which has no text of its own. */
    private boolean isNamedByStopText(int id) {
        return stopName != null
                && tokenizer != null
                && id < tokenizer.vocabulary()
                && tokenizer.bytes(id).length == 0
                && tokenizer.decode(id).equals(stopName);
    }

    /** A vocabulary may be larger than its tokenizer's: the ids beyond have no text. */
    private String characters(int id) {
        return tokenizer == null || decoder == null || id >= tokenizer.vocabulary() ? "" : decoder.add(id);
    }

    /** Why the generation stops, or null while it goes on. */
    @Nullable
    StopReason stop() {
        return stop;
    }
}
