package org.pixelllm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A piece of code in a document.
 *
 * @param line of its opening fence, from 1
 * @param language what the fence names
 * @param text its lines, without the indentation of the fence
 */
record Snippet(int line, String language, String text) {

    private static final Pattern FENCE = Pattern.compile("( *)```(\\w*)");

    /** All blocks of a document whose fence names a language; the others are pictures of pixels and of processes. */
    static List<Snippet> of(String markdown) {
        List<Snippet> snippets = new ArrayList<>();
        @Nullable Matcher open = null;
        int begin = 0;
        StringBuilder text = new StringBuilder();
        List<String> lines = markdown.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                if (open != null) {
                    text.append(without(lines.get(i), open.group(1))).append('\n');
                }
            } else if (open == null) {
                open = fence;
                begin = i + 1;
                text.setLength(0);
            } else {
                if (!open.group(2).isEmpty()) {
                    snippets.add(new Snippet(begin, open.group(2), text.toString()));
                }
                open = null;
            }
        }
        return snippets;
    }

    private static String without(String line, String indentation) {
        return line.startsWith(indentation) ? line.substring(indentation.length()) : line;
    }

    /** The same with a part of it replaced, which must be there. */
    Snippet edited(String part, String other) {
        if (!text.contains(part)) {
            throw new IllegalArgumentException("the snippet at line " + line + " has no " + part);
        }
        return new Snippet(line, language, text.replace(part, other));
    }
}
