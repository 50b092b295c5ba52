package org.pixelllm.pxvm.program;

/**
 * One place for a tensor in an opcode's row of the table.
 *
 * @param name what the place is called in documentation and messages
 * @param kind which tensors it admits
 * @param optional whether it may be left empty
 * @param shape the shape, one word a dimension: {@code T} and {@code R} are the run-time sizes, a lower-case word is
 *     any size, the same wherever the word occurs in the row
 */
public record Operand(String name, Kind kind, boolean optional, String shape) {

    /** Which tensors a place admits. */
    public enum Kind {
        /** Written by the instruction: an f32 scratch or output tensor. */
        RESULT("an f32 scratch or output tensor"),
        /** Read: an f32 scratch tensor that an earlier instruction wrote. */
        VALUE("an f32 scratch tensor"),
        /** Read: a weight of any weight type. */
        WEIGHT("a weight"),
        /** Read: a weight with a row for each token id. */
        TABLE("a weight with a row for each token id"),
        /** Read: the token ids. */
        TOKENS("the input"),
        /** Read and written: a state tensor that no other instruction uses. */
        STATE("a state tensor");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean admits(Tensor tensor) {
            return switch (this) {
                case RESULT -> tensor.role() == Role.SCRATCH || tensor.role() == Role.OUTPUT;
                case VALUE -> tensor.role() == Role.SCRATCH;
                case WEIGHT, TABLE -> tensor.role() == Role.WEIGHT;
                case TOKENS -> tensor.role() == Role.INPUT;
                case STATE -> tensor.role() == Role.STATE;
            };
        }
    }

    static Operand writes(String name, String shape) {
        return new Operand(name, Kind.RESULT, false, shape);
    }

    static Operand value(String name, String shape) {
        return new Operand(name, Kind.VALUE, false, shape);
    }

    static Operand weight(String name, String shape) {
        return new Operand(name, Kind.WEIGHT, false, shape);
    }

    static Operand optionalWeight(String name, String shape) {
        return new Operand(name, Kind.WEIGHT, true, shape);
    }

    static Operand table(String name, String shape) {
        return new Operand(name, Kind.TABLE, false, shape);
    }

    static Operand tokens(String name, String shape) {
        return new Operand(name, Kind.TOKENS, false, shape);
    }

    static Operand state(String name, String shape) {
        return new Operand(name, Kind.STATE, false, shape);
    }
}
