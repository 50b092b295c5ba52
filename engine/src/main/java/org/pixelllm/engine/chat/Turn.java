package org.pixelllm.engine.chat;

import java.util.Set;

/**
 * What somebody says in a conversation.
 *
 * @param role who: {@code system}, {@code developer}, {@code user}, {@code assistant} or {@code tool}
 * @param text what is said
 */
public record Turn(String role, String text) {

    /** Who may speak. A role becomes a part of marks, so it is no free text. */
    public static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    public Turn {
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException("expected one of " + ROLES + ", found " + role);
        }
    }

    /** What {@code ROLE:TEXT} means; a text that does not begin so is the user's. */
    public static Turn parse(String word) {
        int colon = word.indexOf(':');
        boolean named = colon > 0 && ROLES.contains(word.substring(0, colon));
        return named ? new Turn(word.substring(0, colon), word.substring(colon + 1)) : new Turn("user", word);
    }
}
