package org.pixelllm.pxvm.program;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.ElementType;

/** What an opcode asks of shapes and attributes together, beyond its row of the table. */
interface Rules {

    /** Null, or what is broken. */
    @Nullable
    Breach check(Facts facts);

    /** A rule that does not hold. */
    record Breach(String expected, String found) {}

    /**
     * An instruction whose operands and attributes are known to fit the table's row.
     *
     * @param writers what wrote each tensor that was written so far
     */
    record Facts(int context, List<Tensor> tensors, Map<Integer, Instruction> writers, Instruction instruction) {

        int columns(int tensor) {
            return tensors.get(tensor).columns();
        }

        int rows(int tensor) {
            return tensors.get(tensor).rows();
        }

        /** What wrote a tensor, if that is a route: no other numbers are known to be those of experts. */
        Operation.@Nullable Route route(int tensor) {
            Instruction writer = writers.get(tensor);
            return writer != null && writer.opcode() == Opcode.ROUTE ? Operation.Route.of(writer) : null;
        }

        /** Where a tensor comes from, in words. */
        String origin(int tensor) {
            Operation.Route route = route(tensor);
            Instruction writer = writers.get(tensor);
            String by = writer == null ? "nothing" : writer.opcode().mnemonic();
            String name = "\"" + tensors.get(tensor).name() + "\", written by " + by;
            return route == null ? name : name + " over " + columns(route.scores()) + " scores";
        }
    }

    static @Nullable Breach none(Facts facts) {
        return null;
    }

    static @Nullable Breach gainDividesColumns(Facts facts) {
        Operation.RmsNorm in = Operation.RmsNorm.of(facts.instruction);
        int columns = facts.columns(in.x());
        int gain = facts.columns(in.gain());
        return columns % gain == 0 ? null : new Breach("a gain whose length divides " + columns, gain + " elements");
    }

    static @Nullable Breach tableCoversContext(Facts facts) {
        int rows = facts.rows(Operation.Position.of(facts.instruction).table());
        return rows >= facts.context
                ? null
                : new Breach("a table with a row for each of " + facts.context + " positions", rows + " rows");
    }

    static @Nullable Breach sumIsF32(Facts facts) {
        ElementType type =
                facts.tensors.get(Operation.Mean.of(facts.instruction).sum()).type();
        return type == ElementType.F32 ? null : new Breach("a sum of type f32", type.word());
    }

    static @Nullable Breach rotatedHeadsFit(Facts facts) {
        Operation.Rope in = Operation.Rope.of(facts.instruction);
        int columns = facts.columns(in.x());
        if (columns % in.head() != 0 || in.dims() > in.head() || in.dims() % 2 != 0) {
            return new Breach(
                    "heads that divide " + columns + " columns and even dims of at most a head",
                    "head=" + in.head() + " dims=" + in.dims());
        }
        boolean llama3 = in.original() > 0;
        if (llama3 && in.high() <= in.low()) {
            return new Breach("high above low", "low=" + in.low() + " high=" + in.high());
        }
        return in.hasFactors() ? factorsFit(facts.tensors.get(in.factors()), in.dims() / 2) : null;
    }

    private static @Nullable Breach factorsFit(Tensor factors, int pairs) {
        boolean fits = factors.type() == ElementType.F32 && factors.rows() == 2 && factors.columns() == pairs;
        return fits ? null : new Breach("factors of type f32 and the shape [2, " + pairs + "]", factors.toString());
    }

    static @Nullable Breach headsFit(Facts facts) {
        Operation.Attention in = Operation.Attention.of(facts.instruction);
        int heads = in.heads();
        int kvHeads = in.kvHeads();
        int q = facts.columns(in.q());
        int kv = facts.columns(in.k());
        if (q % heads != 0 || heads % kvHeads != 0 || (long) q / heads * kvHeads != kv) {
            return new Breach(
                    "heads that divide q and are shared evenly by k and v heads of the same width",
                    "q of " + q + ", k of " + kv + ", heads=" + heads + " kv_heads=" + kvHeads);
        }
        int keys = facts.rows(in.keys());
        int values = facts.rows(in.values());
        if (keys != facts.context || values != facts.context) {
            return new Breach("keys and values with " + facts.context + " rows, the context", keys + " and " + values);
        }
        ElementType ofKeys = facts.tensors.get(in.keys()).type();
        ElementType ofValues = facts.tensors.get(in.values()).type();
        return ofKeys == ofValues
                ? null
                : new Breach("keys and values of one type", ofKeys.word() + " and " + ofValues.word());
    }

    static @Nullable Breach chosenFit(Facts facts) {
        Operation.Route in = Operation.Route.of(facts.instruction);
        int n = facts.columns(in.scores());
        int columns = facts.columns(in.result());
        return in.k() <= n && columns == 2 * in.k()
                ? null
                : new Breach(
                        "at most " + n + " experts, and a number and a weight for each",
                        "k=" + in.k() + " and " + columns + " columns");
    }

    static @Nullable Breach expertsFit(Facts facts) {
        Operation.Experts in = Operation.Experts.of(facts.instruction);
        Operation.Route route = facts.route(in.route());
        if (route == null || facts.columns(route.scores()) != in.n()) {
            return new Breach("the result of a route over " + in.n() + " scores", facts.origin(in.route()));
        }
        int rows = facts.rows(in.w());
        if (rows % in.n() != 0) {
            return new Breach("as many rows of w for each of " + in.n() + " experts", rows + " rows");
        }
        int inputs = facts.columns(in.w());
        int x = facts.columns(in.x());
        int y = facts.columns(in.result());
        boolean fits = (x == inputs || x == (long) route.k() * inputs) && y == (long) route.k() * (rows / in.n());
        return fits
                ? null
                : new Breach(
                        "x of %d or %d columns and y of %d"
                                .formatted(inputs, (long) route.k() * inputs, (long) route.k() * (rows / in.n())),
                        "x of " + x + " and y of " + y);
    }

    static @Nullable Breach partsFit(Facts facts) {
        Operation.Combine in = Operation.Combine.of(facts.instruction);
        Operation.Route route = facts.route(in.route());
        if (route == null) {
            return new Breach("the result of a route", facts.origin(in.route()));
        }
        long wanted = (long) route.k() * facts.columns(in.result());
        int found = facts.columns(in.x());
        return found == wanted ? null : new Breach("x of " + wanted + " columns", found + " columns");
    }
}
