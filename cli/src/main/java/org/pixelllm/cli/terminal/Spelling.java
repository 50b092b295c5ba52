package org.pixelllm.cli.terminal;

import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.pxvm.tokenizer.CharacterTokenizer;
import org.pixelllm.pxvm.tokenizer.TextDecoder;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * How the ids of an image are spelled: as its model's tokenizer does; as the protocol's characters; or not at all, where it
 * is not known whose they are.
 */
public final class Spelling {

    /** The protocol's characters. */
    public static final Spelling CHARACTERS = new Spelling(CharacterTokenizer.PROTOCOL);

    /** The ids themselves. */
    public static final Spelling UNKNOWN = new Spelling(null);

    private final @Nullable Tokenizer tokenizer;

    private Spelling(@Nullable Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** A model's, whose tokenizer may be null. */
    public static Spelling of(@Nullable Tokenizer tokenizer) {
        return tokenizer == null ? UNKNOWN : new Spelling(tokenizer);
    }

    /** Whether there is text, and not only ids. */
    public boolean isKnown() {
        return tokenizer != null;
    }

    /** A token in quotes with its control characters as escapes; its number where it has no text. */
    public String token(int id) {
        if (tokenizer == null) {
            return "#" + id;
        }
        if (tokenizer instanceof CharacterTokenizer) {
            return "'" + CharacterTokens.show(id) + "'";
        }
        return "'" + (id < tokenizer.vocabulary() ? ConsoleText.visible(tokenizer.decode(id)) : "#" + id) + "'";
    }

    /** The same for JSON: the very characters, the name of a control token, U+FFFD for a part of a character. */
    public String plainToken(int id) {
        return tokenizer == null || id >= tokenizer.vocabulary() ? "#" + id : tokenizer.decode(id);
    }

    /**
     * A line of text with control characters made visible; the ids where there is no text.
     *
     * @param beginning whether the ids begin a text, and do not continue one
     */
    public String text(int[] ids, boolean beginning) {
        StringBuilder text = new StringBuilder();
        if (tokenizer == null) {
            for (int id : ids) {
                text.append(text.isEmpty() ? "#" : " #").append(id);
            }
            return text.toString();
        }
        if (tokenizer instanceof CharacterTokenizer) {
            for (int id : ids) {
                text.append(CharacterTokens.show(id));
            }
            return text.toString();
        }
        return ConsoleText.visible(decode(ids, beginning, tokenizer, true));
    }

    /** The same for JSON: the very characters, with U+FFFD where an id has none. */
    public String plainText(int[] ids, boolean beginning) {
        return tokenizer == null ? "" : decode(ids, beginning, tokenizer, false);
    }

    private static String decode(int[] ids, boolean beginning, Tokenizer tokenizer, boolean numbers) {
        TextDecoder decoder = beginning && begins(ids, tokenizer)
                ? TextDecoder.fromTheBeginning(tokenizer)
                : TextDecoder.continuing(tokenizer);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(id < tokenizer.vocabulary() ? decoder.add(id) : numbers ? "#" + id : "\uFFFD");
        }
        return text.append(decoder.end()).toString();
    }

    /** A text begins with BOS where the tokenizer begins texts so; ids without it are the later part of one. */
    private static boolean begins(int[] ids, Tokenizer tokenizer) {
        int[] nothing = tokenizer.encode("");
        return nothing.length == 0 || (ids.length > 0 && ids[0] == nothing[0]);
    }
}
