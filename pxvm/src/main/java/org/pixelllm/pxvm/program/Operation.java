package org.pixelllm.pxvm.program;

import static java.lang.Float.floatToRawIntBits;

import java.util.List;
import java.util.stream.Stream;

/**
 * An instruction with names: what it writes, the tensors that it reads (by their ids) and its attributes, called and
 * ordered as in its row of the {@link Opcode} table. Each record reads an instruction of a valid program with
 * {@code of}, which throws {@link IllegalArgumentException} where the opcode is another one, and becomes an instruction
 * again with {@link #instruction}.
 */
public sealed interface Operation {

    /** The tensor that it writes. */
    int result();

    /** The same as a row of a program. */
    Instruction instruction();

    /** {@link Opcode#EMBED} */
    record Embed(int result, int tokens, int table) implements Operation {

        /** Reads one. */
        public static Embed of(Instruction in) {
            require(in, in.opcode() == Opcode.EMBED, "embed");
            return new Embed(in.result(), in.operand(0), in.operand(1));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.EMBED, result, List.of(tokens, table), List.of());
        }
    }

    /** {@link Opcode#MEAN} */
    record Mean(int result, int x, int sum) implements Operation {

        /** Reads one. */
        public static Mean of(Instruction in) {
            require(in, in.opcode() == Opcode.MEAN, "mean");
            return new Mean(in.result(), in.operand(0), in.operand(1));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.MEAN, result, List.of(x, sum), List.of());
        }
    }

    /** What reads one value and carries no number, as {@link Opcode#SELECT} and {@link Opcode#RELU} do. */
    record Unary(Opcode opcode, int result, int x) implements Operation {

        /** Reads one. */
        public static Unary of(Instruction in) {
            List<Operand> places = in.opcode().operands();
            boolean fits = places.size() == 1
                    && places.getFirst().kind() == Operand.Kind.VALUE
                    && in.opcode().attributes().isEmpty();
            require(in, fits, "an instruction of one value");
            return new Unary(in.opcode(), in.result(), in.operand(0));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(opcode, result, List.of(x), List.of());
        }
    }

    /** {@link Opcode#MATMUL}; b may be {@link Instruction#ABSENT}. */
    record Matmul(int result, int x, int w, int b) implements Operation {

        /** Reads one. */
        public static Matmul of(Instruction in) {
            require(in, in.opcode() == Opcode.MATMUL, "matmul");
            return new Matmul(in.result(), in.operand(0), in.operand(1), in.operand(2));
        }

        /** Whether it adds a bias. */
        public boolean hasB() {
            return b != Instruction.ABSENT;
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.MATMUL, result, List.of(x, w, b), List.of());
        }
    }

    /** What reads two values and carries no number: {@link Opcode#ADD}, {@link Opcode#MUL}. */
    record Binary(Opcode opcode, int result, int a, int b) implements Operation {

        /** Reads one. */
        public static Binary of(Instruction in) {
            List<Operand> places = in.opcode().operands();
            boolean fits = in.opcode() != Opcode.COMBINE
                    && places.size() == 2
                    && places.stream().allMatch(each -> each.kind() == Operand.Kind.VALUE)
                    && in.opcode().attributes().isEmpty();
            require(in, fits, "an instruction of two values");
            return new Binary(in.opcode(), in.result(), in.operand(0), in.operand(1));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(opcode, result, List.of(a, b), List.of());
        }
    }

    /** {@link Opcode#SCALE} */
    record Scale(int result, int x, float factor) implements Operation {

        /** Reads one. */
        public static Scale of(Instruction in) {
            require(in, in.opcode() == Opcode.SCALE, "scale");
            return new Scale(in.result(), in.operand(0), in.real(0));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.SCALE, result, List.of(x), List.of(floatToRawIntBits(factor)));
        }
    }

    /** {@link Opcode#SOFTCAP} */
    record Softcap(int result, int x, float cap) implements Operation {

        /** Reads one. */
        public static Softcap of(Instruction in) {
            require(in, in.opcode() == Opcode.SOFTCAP, "softcap");
            return new Softcap(in.result(), in.operand(0), in.real(0));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.SOFTCAP, result, List.of(x), List.of(floatToRawIntBits(cap)));
        }
    }

    /** {@link Opcode#RMSNORM} */
    record RmsNorm(int result, int x, int gain, float epsilon) implements Operation {

        /** Reads one. */
        public static RmsNorm of(Instruction in) {
            require(in, in.opcode() == Opcode.RMSNORM, "rmsnorm");
            return new RmsNorm(in.result(), in.operand(0), in.operand(1), in.real(0));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.RMSNORM, result, List.of(x, gain), List.of(floatToRawIntBits(epsilon)));
        }
    }

    /** {@link Opcode#LAYERNORM}; the bias may be {@link Instruction#ABSENT}. */
    record LayerNorm(int result, int x, int gain, int bias, float epsilon) implements Operation {

        /** Reads one. */
        public static LayerNorm of(Instruction in) {
            require(in, in.opcode() == Opcode.LAYERNORM, "layernorm");
            return new LayerNorm(in.result(), in.operand(0), in.operand(1), in.operand(2), in.real(0));
        }

        /** Whether it adds a bias. */
        public boolean hasBias() {
            return bias != Instruction.ABSENT;
        }

        @Override
        public Instruction instruction() {
            return new Instruction(
                    Opcode.LAYERNORM, result, List.of(x, gain, bias), List.of(floatToRawIntBits(epsilon)));
        }
    }

    /** {@link Opcode#POSITION} */
    record Position(int result, int table) implements Operation {

        /** Reads one. */
        public static Position of(Instruction in) {
            require(in, in.opcode() == Opcode.POSITION, "position");
            return new Position(in.result(), in.operand(0));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.POSITION, result, List.of(table), List.of());
        }
    }

    /** {@link Opcode#ROPE}; the factors may be {@link Instruction#ABSENT}. */
    record Rope(
            int result,
            int x,
            int factors,
            int head,
            int dims,
            int halves,
            float theta,
            float factor,
            float low,
            float high,
            float original)
            implements Operation {

        /** Reads one. */
        public static Rope of(Instruction in) {
            require(in, in.opcode() == Opcode.ROPE, "rope");
            return new Rope(
                    in.result(),
                    in.operand(0),
                    in.operand(1),
                    in.whole(0),
                    in.whole(1),
                    in.whole(2),
                    in.real(3),
                    in.real(4),
                    in.real(5),
                    in.real(6),
                    in.real(7));
        }

        /** What the angles depend on: two instructions of which it is equal turn by the same ones. */
        public List<Integer> angles() {
            return Stream.concat(instruction().attributes().stream(), Stream.of(factors))
                    .toList();
        }

        /** Whether each pair has factors of its own. */
        public boolean hasFactors() {
            return factors != Instruction.ABSENT;
        }

        @Override
        public Instruction instruction() {
            List<Integer> attributes = List.of(
                    head,
                    dims,
                    halves,
                    floatToRawIntBits(theta),
                    floatToRawIntBits(factor),
                    floatToRawIntBits(low),
                    floatToRawIntBits(high),
                    floatToRawIntBits(original));
            return new Instruction(Opcode.ROPE, result, List.of(x, factors), attributes);
        }
    }

    /** {@link Opcode#ATTENTION} */
    record Attention(
            int result,
            int q,
            int k,
            int v,
            int keys,
            int values,
            int heads,
            int kvHeads,
            float scale,
            int window,
            float softcap)
            implements Operation {

        /** Reads one. */
        public static Attention of(Instruction in) {
            require(in, in.opcode() == Opcode.ATTENTION, "attention");
            return new Attention(
                    in.result(),
                    in.operand(0),
                    in.operand(1),
                    in.operand(2),
                    in.operand(3),
                    in.operand(4),
                    in.whole(0),
                    in.whole(1),
                    in.real(2),
                    in.whole(3),
                    in.real(4));
        }

        @Override
        public Instruction instruction() {
            List<Integer> attributes =
                    List.of(heads, kvHeads, floatToRawIntBits(scale), window, floatToRawIntBits(softcap));
            return new Instruction(Opcode.ATTENTION, result, List.of(q, k, v, keys, values), attributes);
        }
    }

    /** {@link Opcode#ROUTE} */
    record Route(int result, int scores, int k, int gate, int normalise, float scale) implements Operation {

        /** Weights are the softmax over all scores. */
        public static final int SOFTMAX = 0;

        /** Weights are the softmax over the chosen scores. */
        public static final int SOFTMAX_OF_CHOSEN = 1;

        /** Each weight is the sigmoid of its score. */
        public static final int SIGMOID = 2;

        /** Reads one. */
        public static Route of(Instruction in) {
            require(in, in.opcode() == Opcode.ROUTE, "route");
            return new Route(in.result(), in.operand(0), in.whole(0), in.whole(1), in.whole(2), in.real(3));
        }

        @Override
        public Instruction instruction() {
            List<Integer> attributes = List.of(k, gate, normalise, floatToRawIntBits(scale));
            return new Instruction(Opcode.ROUTE, result, List.of(scores), attributes);
        }
    }

    /** {@link Opcode#EXPERTS}; b may be {@link Instruction#ABSENT}. */
    record Experts(int result, int x, int route, int w, int b, int n) implements Operation {

        /** Reads one. */
        public static Experts of(Instruction in) {
            require(in, in.opcode() == Opcode.EXPERTS, "experts");
            return new Experts(in.result(), in.operand(0), in.operand(1), in.operand(2), in.operand(3), in.whole(0));
        }

        /** Whether it adds a bias. */
        public boolean hasB() {
            return b != Instruction.ABSENT;
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.EXPERTS, result, List.of(x, route, w, b), List.of(n));
        }
    }

    /** {@link Opcode#COMBINE} */
    record Combine(int result, int x, int route) implements Operation {

        /** Reads one. */
        public static Combine of(Instruction in) {
            require(in, in.opcode() == Opcode.COMBINE, "combine");
            return new Combine(in.result(), in.operand(0), in.operand(1));
        }

        @Override
        public Instruction instruction() {
            return new Instruction(Opcode.COMBINE, result, List.of(x, route), List.of());
        }
    }

    /** Checks the opcode. */
    private static void require(Instruction in, boolean fits, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "expected " + expected + ", found " + in.opcode().mnemonic());
        }
    }
}
