package org.pixelllm.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** Cuts a template into text, outputs and statements, and white space away, as Jinja does with trim_blocks and lstrip_blocks. */
final class Lexer {

    /** What a token is. */
    enum Kind {
        TEXT,
        OUTPUT_START,
        OUTPUT_END,
        BLOCK_START,
        BLOCK_END,
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    /**
     * A token.
     *
     * @param at its place in the template
     */
    record Token(Kind kind, String text, int at) {}

    private static final List<String> OPERATORS = List.of(
            "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{",
            "}", ",", ":", ".", "|");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.read();
        return lexer.tokens;
    }

    static JinjaException fault(int at, String expected) {
        return new JinjaException("at character " + at + ": expected " + expected);
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, at));
    }

    private boolean has(String next) {
        return source.startsWith(next, at);
    }

    private void read() {
        boolean trims = false; // white space at the beginning of what comes
        while (at < source.length()) {
            int start = nextTag();
            String text = source.substring(at, start);
            if (trims) {
                text = text.stripLeading();
            }
            if (start == source.length()) {
                add(Kind.TEXT, text);
                break;
            }
            char kind = source.charAt(start + 1);
            char sign = start + 2 < source.length() ? source.charAt(start + 2) : ' ';
            if (sign == '-') {
                text = text.stripTrailing();
            } else if (kind != '{' && sign != '+') {
                text = withoutIndent(text);
            }
            add(Kind.TEXT, text);
            at = start + 2 + (sign == '-' || sign == '+' ? 1 : 0);
            trims = kind == '#' ? comment() : tag(kind == '{');
        }
        add(Kind.END, "");
    }

    private int nextTag() {
        for (int i = at; i + 1 < source.length(); i++) {
            char next = source.charAt(i + 1);
            if (source.charAt(i) == '{' && (next == '{' || next == '%' || next == '#')) {
                return i;
            }
        }
        return source.length();
    }

    /** Cuts away what is before a statement on its line, where that is blank. */
    private String withoutIndent(String text) {
        int line = text.lastIndexOf('\n') + 1;
        boolean blank = text.substring(line).chars().allMatch(each -> each == ' ' || each == '\t');
        boolean atStart = line > 0 || at == 0 || source.charAt(at - 1) == '\n';
        return blank && atStart ? text.substring(0, line) : text;
    }

    /** Goes past the end of a tag that ends so; true where it takes white space after it away. */
    private boolean pastEnd(String end, boolean takesLine) {
        boolean strips = has("-");
        boolean keeps = has("+");
        at += (strips || keeps ? 1 : 0) + end.length();
        if (takesLine && !strips && !keeps && has("\n")) {
            at++;
        }
        return strips;
    }

    private boolean comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw fault(at, "#}");
        }
        char before = source.charAt(end - 1);
        at = before == '-' || before == '+' ? Math.max(at, end - 1) : end;
        return pastEnd("#}", true);
    }

    private boolean tag(boolean output) {
        String end = output ? "}}" : "%}";
        add(output ? Kind.OUTPUT_START : Kind.BLOCK_START, "");
        int depth = 0;
        while (true) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                throw fault(at, end);
            }
            if (depth == 0 && (has(end) || has("-" + end) || has("+" + end))) {
                add(output ? Kind.OUTPUT_END : Kind.BLOCK_END, "");
                return pastEnd(end, !output);
            }
            char first = source.charAt(at);
            depth += first == '{' || first == '(' || first == '['
                    ? 1
                    : first == '}' || first == ')' || first == ']' ? -1 : 0;
            token(first);
        }
    }

    private void token(char first) {
        int from = at;
        if (Character.isLetter(first) || first == '_') {
            int end = at;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
                end++;
            }
            add(Kind.NAME, source.substring(from, end));
            at = end;
        } else if (first >= '0' && first <= '9') {
            int end = at;
            while (end < source.length() && isNumber(source, end)) {
                end++;
            }
            add(Kind.NUMBER, source.substring(from, end));
            at = end;
        } else if (first == '\'' || first == '"') {
            string(first);
        } else {
            for (String operator : OPERATORS) {
                if (has(operator)) {
                    add(Kind.OPERATOR, operator);
                    at += operator.length();
                    return;
                }
            }
            throw fault(at, "a character that Jinja knows, not " + first);
        }
    }

    private static boolean isNumber(String source, int at) {
        char each = source.charAt(at);
        boolean point = each == '.' && at + 1 < source.length() && Character.isDigit(source.charAt(at + 1));
        return (each >= '0' && each <= '9') || point;
    }

    private void string(char quote) {
        StringBuilder text = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            char each = source.charAt(i++);
            if (each == '\\' && i < source.length()) {
                char escaped = source.charAt(i++);
                switch (escaped) {
                    case 'n' -> text.append('\n');
                    case 't' -> text.append('\t');
                    case 'r' -> text.append('\r');
                    case '\\', '\'', '"' -> text.append(escaped);
                    case 'u' -> {
                        if (i + 4 > source.length()) {
                            throw fault(i, "four hexadecimal digits");
                        }
                        try {
                            text.append((char) Integer.parseInt(source, i, i + 4, 16));
                        } catch (NumberFormatException e) {
                            throw fault(i, "four hexadecimal digits");
                        }
                        i += 4;
                    }
                    default -> text.append('\\').append(escaped);
                }
            } else {
                text.append(each);
            }
        }
        if (i >= source.length()) {
            throw fault(at, "the end of a text");
        }
        add(Kind.STRING, text.toString());
        at = i + 1;
    }
}
