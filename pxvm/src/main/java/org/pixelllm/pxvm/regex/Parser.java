package org.pixelllm.pxvm.regex;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an expression; what it does not know it refuses, so that no expression means something else here. */
final class Parser {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_COUNT = 1000;

    /** Two letters that one character stands for where case does not matter: ß, ﬀ, ﬁ, ﬂ, ﬆ. */
    private static final Set<String> LIGATURES = Set.of("ss", "ff", "fi", "fl", "st");

    private final String text;
    private int at;
    private int depth;
    private boolean anyCase;

    Parser(String text) {
        this.text = text;
    }

    Node parse() {
        Node node = choice();
        if (at < text.length()) {
            throw fault("no )");
        }
        return node;
    }

    private ExpressionException fault(String expected) {
        return new ExpressionException("at character " + at + " of \"" + text + "\": expected " + expected);
    }

    private boolean has(String next) {
        return text.startsWith(next, at);
    }

    private boolean take(String next) {
        boolean here = has(next);
        at += here ? next.length() : 0;
        return here;
    }

    private int next(String expected) {
        if (at >= text.length()) {
            throw fault(expected);
        }
        int codePoint = text.codePointAt(at);
        at += Character.charCount(codePoint);
        return codePoint;
    }

    private Node choice() {
        if (++depth > MAX_DEPTH) {
            throw fault("at most " + MAX_DEPTH + " groups in each other");
        }
        List<Node> nodes = new ArrayList<>();
        do {
            nodes.add(sequence());
        } while (take("|"));
        depth--;
        return nodes.size() == 1 ? nodes.getFirst() : new Node.Choice(nodes);
    }

    private Node sequence() {
        List<Node> nodes = new ArrayList<>();
        int before = -1;
        while (at < text.length() && !has("|") && !has(")")) {
            int start = at;
            Node node = atom();
            if (anyCase && text.charAt(start) != '[' && at == start + 1) {
                int letter = Character.toLowerCase(text.charAt(start));
                if (before >= 0 && LIGATURES.contains("" + (char) before + (char) letter)) {
                    throw fault("no letters in any case that one character stands for");
                }
                before = letter;
            } else {
                before = -1;
            }
            nodes.add(repeated(node));
        }
        return nodes.size() == 1 ? nodes.getFirst() : new Node.Sequence(nodes);
    }

    private Node repeated(Node node) {
        int least;
        int most;
        boolean counted = false;
        if (take("*")) {
            least = 0;
            most = Node.UNBOUNDED;
        } else if (take("+")) {
            least = 1;
            most = Node.UNBOUNDED;
        } else if (take("?")) {
            least = 0;
            most = 1;
        } else if (has("{")) {
            at++;
            counted = true;
            least = has(",") ? 0 : number();
            most = !take(",") ? least : has("}") ? Node.UNBOUNDED : number();
            if (!take("}") || (most != Node.UNBOUNDED && most < least)) {
                throw fault("{least,most}");
            }
        } else {
            return node;
        }
        Node.Mode mode = take("?") ? Node.Mode.LAZY : !counted && take("+") ? Node.Mode.POSSESSIVE : Node.Mode.GREEDY;
        if (has("*") || has("+") || has("?") || has("{") || (counted && mode == Node.Mode.LAZY)) {
            throw fault("one repetition of a kind that is known");
        }
        if (!(node instanceof Node.One) && node.mayBeEmpty()) {
            throw fault("a repetition of what takes at least one character");
        }
        return new Node.Repeat(node, least, most, mode);
    }

    private int number() {
        int value = 0;
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = 10 * value + text.charAt(at++) - '0';
            if (value > MAX_COUNT) {
                throw fault("at most " + MAX_COUNT);
            }
        }
        if (at == from) {
            throw fault("a number");
        }
        return value;
    }

    private Node atom() {
        if (take("(")) {
            return group();
        }
        if (take("[")) {
            return new Node.One(set().quick());
        }
        if (take(".")) {
            return new Node.One(CodePoints.ANY_BUT_LINE_FEED);
        }
        if (take("^")) {
            return new Node.At(Node.Anchor.LINE_START);
        }
        if (take("$")) {
            return new Node.At(Node.Anchor.LINE_END);
        }
        if (has("\\")) {
            Node.Anchor anchor = anchor(at + 1 < text.length() ? text.charAt(at + 1) : 0);
            if (anchor != null) {
                at += 2;
                return new Node.At(anchor);
            }
            at++;
            return one(escape());
        }
        if (has("*") || has("+") || has("?")) {
            throw fault("something to repeat");
        }
        int codePoint = next("a character");
        return one(CodePoints.range(codePoint, codePoint));
    }

    private static Node.@Nullable Anchor anchor(char letter) {
        return switch (letter) {
            case 'b' -> Node.Anchor.WORD_EDGE;
            case 'B' -> Node.Anchor.NO_WORD_EDGE;
            case 'A' -> Node.Anchor.TEXT_START;
            case 'z' -> Node.Anchor.TEXT_END;
            default -> null;
        };
    }

    private Node one(CodePoints set) {
        return new Node.One((anyCase ? set.inAnyCase() : set).quick());
    }

    private Node group() {
        boolean outer = anyCase;
        Node node;
        if (take("?:")) {
            node = choice();
        } else if (take("?i:")) {
            anyCase = true;
            node = choice();
        } else if (take("?-i:")) {
            anyCase = false;
            node = choice();
        } else if (take("?=")) {
            node = new Node.Ahead(choice(), false);
        } else if (take("?!")) {
            node = new Node.Ahead(choice(), true);
        } else if (take("?>")) {
            node = new Node.Atomic(choice());
        } else if (has("?<=") || has("?<!")) {
            boolean negative = has("?<!");
            at += 3;
            if (!(choice() instanceof Node.One one)) {
                throw fault("one character in a look behind");
            }
            node = new Node.Behind(one.set(), negative);
        } else if (has("?")) {
            throw fault("a group of a kind that is known: (, (?:, (?i:, (?=, (?!, (?<=, (?<! or (?>");
        } else {
            node = choice();
        }
        if (!take(")")) {
            throw fault(")");
        }
        anyCase = outer;
        return node;
    }

    /** What follows a backslash, as a set. */
    private CodePoints escape() {
        int letter = next("a character after \\");
        return switch (letter) {
            case 's' -> CodePoints.SPACE;
            case 'S' -> CodePoints.SPACE.not();
            case 'd' -> CodePoints.DIGIT;
            case 'D' -> CodePoints.DIGIT.not();
            case 'w' -> CodePoints.WORD;
            case 'W' -> CodePoints.WORD.not();
            case 'p', 'P' -> {
                CodePoints set = property();
                yield letter == 'P' ? set.not() : set;
            }
            default -> {
                int codePoint = character(letter);
                yield CodePoints.range(codePoint, codePoint);
            }
        };
    }

    private CodePoints property() {
        int end = text.indexOf('}', at);
        if (!take("{") || end < 0) {
            throw fault("{NAME} after \\p");
        }
        boolean negative = take("^");
        CodePoints set = CodePoints.property(text.substring(at, end));
        at = end + 1;
        return negative ? set.not() : set;
    }

    private int character(int letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'f' -> '\f';
            case 'v' -> 0x0B;
            case 'x' -> {
                if (!take("{")) {
                    yield hex(2);
                }
                int end = text.indexOf('}', at);
                int value = hex(end - at);
                at = end + 1;
                yield value;
            }
            case 'u' -> hex(4);
            default -> {
                if (Character.isLetterOrDigit(letter)) {
                    throw fault("an escape that is known, not \\" + Character.toString(letter));
                }
                yield letter;
            }
        };
    }

    private int hex(int digits) {
        if (digits < 1 || digits > 6 || at + digits > text.length()) {
            throw fault("hexadecimal digits");
        }
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) {
                throw fault("hexadecimal digits");
            }
            value = 16 * value + digit;
        }
        return value;
    }

    /** After its opening bracket: members, ranges, sets within it, and intersections. */
    private CodePoints set() {
        if (++depth > MAX_DEPTH) {
            throw fault("at most " + MAX_DEPTH + " sets in each other");
        }
        boolean negative = take("^");
        @Nullable CodePoints all = null;
        List<CodePoints> members = new ArrayList<>();
        while (!take("]") || (members.isEmpty() && all == null)) {
            if (take("&&")) {
                CodePoints left = CodePoints.anyOf(members);
                all = all == null ? left : all.and(left);
                members = new ArrayList<>();
            } else if (has("[:")) {
                throw fault("no POSIX class");
            } else if (take("[")) {
                members.add(set());
            } else {
                members.add(member());
            }
        }
        CodePoints last = CodePoints.anyOf(members);
        CodePoints set = all == null ? last : all.and(last);
        set = anyCase ? set.inAnyCase() : set;
        depth--;
        return negative ? set.not() : set;
    }

    private CodePoints member() {
        int first;
        if (take("\\")) {
            int letter = next("a character after \\");
            if ("sSdDwWpP".indexOf(letter) >= 0) {
                at--;
                return escape();
            }
            first = character(letter);
        } else {
            first = next("]");
        }
        boolean isRange = has("-") && at + 1 < text.length() && text.charAt(at + 1) != ']';
        if (!isRange) {
            return CodePoints.range(first, first);
        }
        at++;
        if (has("[")) {
            throw fault("a range of characters");
        }
        int last = next("a character after -");
        if (last == '\\') {
            int letter = next("a character after \\");
            if ("sSdDwWpP".indexOf(letter) >= 0) {
                throw fault("a range of characters");
            }
            last = character(letter);
        }
        if (last < first) {
            throw fault("a range that ascends");
        }
        return CodePoints.range(first, last);
    }
}
