package org.pixelllm.pxvm.program;

import org.jspecify.annotations.Nullable;

/**
 * One dimension of a tensor: a fixed size, or a size that is known only when a step runs.
 *
 * @param kind fixed or one of the two run-time sizes
 * @param size the size where the kind is fixed, else 0
 */
public record Dim(Kind kind, int size) {

    /** What a dimension's size depends on. */
    public enum Kind {
        /** Nothing: the program says it. */
        FIXED(0),
        /** The tokens of this step, over all sessions in it. */
        TOKENS(1),
        /** The rows of this step whose logits are asked for. */
        ROWS(2);

        /** Written in program images; never changes. */
        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static @Nullable Kind ofCode(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** T: the tokens of this step. */
    public static final Dim TOKENS = new Dim(Kind.TOKENS, 0);

    /** R: the rows of this step whose logits are asked for. */
    public static final Dim ROWS = new Dim(Kind.ROWS, 0);

    /** A size that the program says. */
    public static Dim of(int size) {
        return new Dim(Kind.FIXED, size);
    }

    /** Whether the program says the size. */
    public boolean isFixed() {
        return kind == Kind.FIXED;
    }

    /** The size in a step of {@code tokens} tokens of which {@code rows} rows are asked for. */
    public int at(int tokens, int rows) {
        return switch (kind) {
            case FIXED -> size;
            case TOKENS -> tokens;
            case ROWS -> rows;
        };
    }

    // Written out because a record's own would be linked at run time, which a single request would wait for.

    @Override
    public boolean equals(Object other) {
        return other instanceof Dim that && kind == that.kind && size == that.size;
    }

    @Override
    public int hashCode() {
        return 31 * kind.code + size;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case FIXED -> Integer.toString(size);
            case TOKENS -> "T";
            case ROWS -> "R";
        };
    }
}
