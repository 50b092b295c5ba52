package org.pixelllm.conformance.kit;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides a command into words at its spaces. {@code '} and {@code "} keep what is between them together. Nothing else is
 * special, a backslash neither, so that paths of Windows stay what they are.
 */
final class CommandWords {

    private final String command;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    private CommandWords(String command) {
        this.command = command;
    }

    /**
     * Divides one.
     *
     * @throws IllegalArgumentException a quote has no end, or there is no word
     */
    static List<String> of(String command) {
        CommandWords each = new CommandWords(command);
        each.divide();
        if (each.words.isEmpty()) {
            throw new IllegalArgumentException("a command without a word");
        }
        return List.copyOf(each.words);
    }

    private void divide() {
        boolean open = false; // whether a word has begun, an empty one in quotes too
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '\'' || c == '"') {
                int end = command.indexOf(c, i + 1);
                if (end < 0) {
                    throw new IllegalArgumentException(
                            "`" + command + "`: expected a second " + c + " after character " + (i + 1));
                }
                word.append(command, i + 1, end);
                open = true;
                i = end;
            } else if (Character.isWhitespace(c)) {
                end(open);
                open = false;
            } else {
                word.append(c);
                open = true;
            }
        }
        end(open);
    }

    private void end(boolean open) {
        if (open) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
