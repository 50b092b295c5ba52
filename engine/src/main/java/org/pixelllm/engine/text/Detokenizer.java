package org.pixelllm.engine.text;

import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/** Turns generated tokens into text as they come, and tells when the generation stops. */
final class Detokenizer {

    private final @Nullable Tokenizer tokenizer;
    private final @Nullable TextDecoder decoder;
    private final StopText stopText;
    private final int maxTokens;
    private int count;
    private @Nullable StopReason stop;

    /** Without a tokenizer there is no text, and only the length ends a generation. */
    Detokenizer(@Nullable Tokenizer tokenizer, GenerationOptions options) {
        this.tokenizer = tokenizer;
        this.decoder = tokenizer == null ? null : TextDecoder.continuing(tokenizer);
        this.stopText = new StopText(options.stop());
        this.maxTokens = options.maxTokens();
    }

    /** The characters that can be shown with this token. With the last token that is all that was held back. */
    String add(int id) {
        String text = stopText.add(characters(id));
        count++;
        if (stopText.isFound()) {
            stop = StopReason.TEXT;
            return text;
        }
        if (tokenizer != null && id == tokenizer.eos()) {
            stop = StopReason.END;
        } else if (count == maxTokens) {
            stop = StopReason.LENGTH;
        }
        return stop == null || decoder == null ? text : text + stopText.add(decoder.end()) + stopText.end();
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
