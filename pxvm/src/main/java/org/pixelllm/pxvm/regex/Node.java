package org.pixelllm.pxvm.regex;

import java.util.List;

/** A part of an expression as it is written. */
sealed interface Node {

    /** No upper limit of a repetition. */
    int UNBOUNDED = -1;

    /** How a repetition gives back what it took. */
    enum Mode {
        GREEDY,
        LAZY,
        POSSESSIVE
    }

    /** Places that take no characters. */
    enum Anchor {
        LINE_START,
        LINE_END,
        TEXT_START,
        TEXT_END,
        WORD_EDGE,
        NO_WORD_EDGE
    }

    /** One code point. */
    record One(CodePoints set) implements Node {}

    /** One after another. */
    record Sequence(List<Node> nodes) implements Node {}

    /** The first that leads to a match. */
    record Choice(List<Node> nodes) implements Node {}

    /** Some number of times. */
    record Repeat(Node node, int least, int most, Mode mode) implements Node {}

    /** Whether something follows. */
    record Ahead(Node node, boolean negative) implements Node {}

    /** Whether one code point is before. */
    record Behind(CodePoints set, boolean negative) implements Node {}

    /** What it took first stays taken. */
    record Atomic(Node node) implements Node {}

    /** A place. */
    record At(Anchor anchor) implements Node {}

    /** Whether it may match without taking a character. */
    default boolean mayBeEmpty() {
        return switch (this) {
            case One _ -> false;
            case Sequence sequence -> sequence.nodes.stream().allMatch(Node::mayBeEmpty);
            case Choice choice -> choice.nodes.stream().anyMatch(Node::mayBeEmpty);
            case Repeat repeat -> repeat.least == 0 || repeat.node.mayBeEmpty();
            case Ahead _, Behind _, At _ -> true;
            case Atomic atomic -> atomic.node.mayBeEmpty();
        };
    }
}
