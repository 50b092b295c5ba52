package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tokens that are found in a text before it is encoded: the leftmost, and of several at one place the longest. */
final class AddedTokens {

    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Character, NavigableSet<Integer>> lengths = new HashMap<>();

    /** Gets the parts of a text in order. */
    interface Parts {

        /** Text between tokens, at least one character. */
        void text(String part);

        void token(int id);
    }

    /**
     * Those of a vocabulary.
     *
     * @param control whether control tokens are found too, and not only user-defined ones
     */
    static AddedTokens of(Pieces pieces, boolean control) {
        AddedTokens tokens = new AddedTokens();
        for (int id = 0; id < pieces.size(); id++) {
            PieceType type = pieces.type(id);
            if (type == PieceType.USER_DEFINED || (control && type == PieceType.CONTROL)) {
                tokens.add(new String(pieces.spelling(id), StandardCharsets.UTF_8), id);
            }
        }
        return tokens;
    }

    private void add(String text, int id) {
        if (!text.isEmpty() && ids.putIfAbsent(text, id) == null) {
            lengths.computeIfAbsent(text.charAt(0), each -> new TreeSet<>(Comparator.reverseOrder()))
                    .add(text.length());
        }
    }

    void split(String text, Parts parts) {
        int from = 0;
        int at = 0;
        while (at < text.length() && !ids.isEmpty()) {
            String token = tokenAt(text, at);
            if (token == null) {
                at++;
                continue;
            }
            if (from < at) {
                parts.text(text.substring(from, at));
            }
            parts.token(ids.getOrDefault(token, Tokenizer.NO_TOKEN));
            at += token.length();
            from = at;
        }
        if (from < text.length()) {
            parts.text(text.substring(from));
        }
    }

    private @Nullable String tokenAt(String text, int at) {
        NavigableSet<Integer> candidates = lengths.get(text.charAt(at));
        if (candidates != null) {
            for (int length : candidates) {
                if (length <= text.length() - at) {
                    String candidate = text.substring(at, at + length);
                    if (ids.containsKey(candidate)) {
                        return candidate;
                    }
                }
            }
        }
        return null;
    }
}
