package org.pixelllm.pxvm.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression. It finds the leftmost match, of several there the one that backtracking tries first, as
 * Oniguruma does. {@code ^} and {@code $} are edges of lines. Safe for use by many threads.
 */
public final class Expression {

    /** The longest expression; known ones have up to 900 characters. */
    public static final int MAX_CHARACTERS = 8192;

    /** The most steps that cutting one text may take: seconds. */
    public static final long MAX_STEPS = 1L << 30;

    private static final int MAX_CODE = 1 << 16;

    private final String source;
    private final List<Code> code = new ArrayList<>();
    private Code @Nullable [] compiled;

    /** What one instruction does. */
    private enum Op {
        ONE,
        RUN,
        SPLIT,
        JUMP,
        AHEAD,
        BEHIND,
        ATOMIC,
        AT,
        MATCH
    }

    /**
     * An instruction.
     *
     * @param a the place to go on at: of a split the first; of a look or an atomic group the one after it; of a run its
     *     least count
     * @param b of a split the second place; of a run its most
     * @param flag whether a look is negative, whether a run keeps what it took
     */
    private record Code(Op op, int a, int b, boolean flag, CodePoints set, Node.Anchor anchor) {}

    private Expression(String source) {
        this.source = source;
    }

    /**
     * Compiles an expression.
     *
     * @throws ExpressionException where it is malformed, too long, or of a syntax that is not known here
     */
    public static Expression of(String source) {
        if (source.length() > MAX_CHARACTERS) {
            throw new ExpressionException(
                    "expected an expression of at most " + MAX_CHARACTERS + " characters, found " + source.length());
        }
        Expression expression = new Expression(source);
        expression.compiled();
        return expression;
    }

    /** The same of one that is known to be right; it is compiled when it is first used. */
    public static Expression known(String source) {
        return new Expression(source);
    }

    private synchronized Code[] compiled() {
        if (compiled == null) {
            emit(new Parser(source).parse());
            add(Op.MATCH, 0, 0, false);
            compiled = code.toArray(Code[]::new);
        }
        return compiled;
    }

    /** Exactly these characters. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        text.codePoints()
                .forEach(
                        each -> quoted.append(Character.isLetterOrDigit(each) || each == ' ' || each > 0x7F ? "" : "\\")
                                .appendCodePoint(each));
        return quoted.toString();
    }

    /** As it was written. */
    public String source() {
        return source;
    }

    private int add(Op op, int a, int b, boolean flag) {
        return add(new Code(op, a, b, flag, CodePoints.SPACE, Node.Anchor.TEXT_START));
    }

    private int add(Code each) {
        if (code.size() == MAX_CODE) {
            throw new ExpressionException("\"" + source + "\" takes more than " + MAX_CODE + " instructions");
        }
        code.add(each);
        return code.size() - 1;
    }

    private void target(int index, int a, int b) {
        Code each = code.get(index);
        code.set(index, new Code(each.op, a, b, each.flag, each.set, each.anchor));
    }

    private void emit(Node node) {
        switch (node) {
            case Node.One one -> add(new Code(Op.ONE, 0, 0, false, one.set(), Node.Anchor.TEXT_START));
            case Node.Sequence sequence -> sequence.nodes().forEach(this::emit);
            case Node.Choice choice -> emitChoice(choice.nodes());
            case Node.Repeat repeat -> emitRepeat(repeat);
            case Node.Ahead ahead -> emitInner(Op.AHEAD, ahead.node(), ahead.negative());
            case Node.Behind behind ->
                add(new Code(Op.BEHIND, 0, 0, behind.negative(), behind.set(), Node.Anchor.TEXT_START));
            case Node.Atomic atomic -> emitInner(Op.ATOMIC, atomic.node(), false);
            case Node.At at -> add(new Code(Op.AT, 0, 0, false, CodePoints.SPACE, at.anchor()));
        }
    }

    private void emitInner(Op op, Node node, boolean negative) {
        int start = add(op, 0, 0, negative);
        emit(node);
        add(Op.MATCH, 0, 0, false);
        target(start, code.size(), 0);
    }

    private void emitChoice(List<Node> nodes) {
        List<Integer> jumps = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (i == nodes.size() - 1) {
                emit(nodes.get(i));
            } else {
                int split = add(Op.SPLIT, 0, 0, false);
                emit(nodes.get(i));
                jumps.add(add(Op.JUMP, 0, 0, false));
                target(split, split + 1, code.size());
            }
        }
        jumps.forEach(jump -> target(jump, code.size(), 0));
    }

    private void emitRepeat(Node.Repeat repeat) {
        boolean lazy = repeat.mode() == Node.Mode.LAZY;
        boolean possessive = repeat.mode() == Node.Mode.POSSESSIVE;
        if (repeat.node() instanceof Node.One one && !lazy) {
            add(new Code(Op.RUN, repeat.least(), repeat.most(), possessive, one.set(), Node.Anchor.TEXT_START));
            return;
        }
        int start = possessive ? add(Op.ATOMIC, 0, 0, false) : -1;
        for (int i = 0; i < repeat.least(); i++) {
            emit(repeat.node());
        }
        if (repeat.most() == Node.UNBOUNDED) {
            int split = add(Op.SPLIT, 0, 0, false);
            emit(repeat.node());
            add(Op.JUMP, split, 0, false);
            branch(split, lazy);
        } else {
            List<Integer> splits = new ArrayList<>();
            for (int i = repeat.least(); i < repeat.most(); i++) {
                splits.add(add(Op.SPLIT, 0, 0, false));
                emit(repeat.node());
            }
            splits.forEach(split -> branch(split, lazy));
        }
        if (possessive) {
            add(Op.MATCH, 0, 0, false);
            target(start, code.size(), 0);
        }
    }

    /** Goes into what follows the split, or past all that is there now. */
    private void branch(int split, boolean lazy) {
        target(split, lazy ? code.size() : split + 1, lazy ? split + 1 : code.size());
    }

    @Override
    public String toString() {
        return source;
    }

    /** Looks for matches in a text. */
    public Finder in(String text) {
        return new Finder(compiled(), text);
    }

    /** One text's matches, one after another. For one thread. */
    public static final class Finder {

        private final Code[] code;
        private final String text;
        private final boolean beginsWithRun;
        private long steps;
        private int next; // where to look
        private int lastEnd = -1; // of a match
        private int start;
        private int end;

        // Where to go on when a way fails: place, position, and for a run the position that it must not fall below.
        private int[] stack = new int[48];
        private int top;

        private Finder(Code[] code, String text) {
            this.code = code;
            this.text = text;
            this.beginsWithRun = code[0].op == Op.RUN && code[0].b == Node.UNBOUNDED;
        }

        /** The beginning of the match found last. */
        public int start() {
            return start;
        }

        /** Its end. */
        public int end() {
            return end;
        }

        /**
         * Finds the next match: one that is empty is not taken right after another.
         *
         * @throws ExpressionException where that takes too many steps
         */
        public boolean find() {
            while (next <= text.length()) {
                int found = run(0, next);
                if (found < 0) {
                    next = afterFailure();
                } else if (found == next && found == lastEnd) {
                    next = after(next);
                } else {
                    start = next;
                    end = found;
                    next = found;
                    lastEnd = found;
                    return true;
                }
            }
            return false;
        }

        private int after(int position) {
            return position < text.length() ? position + Character.charCount(text.codePointAt(position)) : position + 1;
        }

        /** A run at the beginning that led to nothing leads to nothing from within itself either. */
        private int afterFailure() {
            int position = next;
            if (beginsWithRun) {
                while (position < text.length() && code[0].set.contains(text.codePointAt(position))) {
                    position = after(position);
                }
            }
            return Math.max(position, after(next));
        }

        private void push(int place, int position, int floor) {
            if (top + 3 > stack.length) {
                stack = Arrays.copyOf(stack, 2 * stack.length);
            }
            stack[top++] = place;
            stack[top++] = position;
            stack[top++] = floor;
        }

        /** The end of a match that begins at a place and a position, or -1. */
        private int run(int from, int at) {
            int base = top;
            int place = from;
            int position = at;
            while (true) {
                if (++steps > MAX_STEPS) {
                    throw new ExpressionException("cutting a text takes more than " + MAX_STEPS + " steps");
                }
                Code now = code[place];
                boolean ok = true;
                switch (now.op) {
                    case ONE -> {
                        ok = position < text.length() && now.set.contains(text.codePointAt(position));
                        position = ok ? after(position) : position;
                        place++;
                    }
                    case RUN -> {
                        int floor = position;
                        int count = 0;
                        while (count != now.b
                                && position < text.length()
                                && now.set.contains(text.codePointAt(position))) {
                            position = after(position);
                            count++;
                            floor = count == now.a ? position : floor;
                        }
                        steps += count;
                        ok = count >= now.a;
                        place++;
                        if (ok && count > now.a && !now.flag) {
                            push(place, position, floor);
                        }
                    }
                    case SPLIT -> {
                        push(now.b, position, -1);
                        place = now.a;
                    }
                    case JUMP -> place = now.a;
                    case AHEAD -> {
                        ok = run(place + 1, position) >= 0 != now.flag;
                        place = now.a;
                    }
                    case BEHIND -> {
                        ok = (position > 0 && now.set.contains(text.codePointBefore(position))) != now.flag;
                        place++;
                    }
                    case ATOMIC -> {
                        int taken = run(place + 1, position);
                        ok = taken >= 0;
                        position = taken;
                        place = now.a;
                    }
                    case AT -> {
                        ok = isAt(now.anchor, position);
                        place++;
                    }
                    case MATCH -> {
                        top = base;
                        return position;
                    }
                }
                if (!ok) {
                    if (top == base) {
                        return -1;
                    }
                    place = stack[top - 3];
                    position = stack[top - 2];
                    int floor = stack[top - 1];
                    if (floor >= 0) {
                        position -= Character.charCount(text.codePointBefore(position));
                        stack[top - 2] = position;
                    }
                    if (position <= floor || floor < 0) {
                        top -= 3;
                    }
                }
            }
        }

        private boolean isAt(Node.Anchor anchor, int position) {
            return switch (anchor) {
                case TEXT_START -> position == 0;
                case TEXT_END -> position == text.length();
                case LINE_START -> position == 0 || text.charAt(position - 1) == '\n';
                case LINE_END -> position == text.length() || text.charAt(position) == '\n';
                case WORD_EDGE -> isWordEdge(position);
                case NO_WORD_EDGE -> !isWordEdge(position);
            };
        }

        private boolean isWordEdge(int position) {
            boolean before = position > 0 && CodePoints.WORD.contains(text.codePointBefore(position));
            boolean after = position < text.length() && CodePoints.WORD.contains(text.codePointAt(position));
            return before != after;
        }
    }
}
