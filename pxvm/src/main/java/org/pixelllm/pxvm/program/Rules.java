package org.pixelllm.pxvm.program;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.weights.ElementType;

/** What an opcode asks of shapes and attributes together, beyond its row of the table. */
interface Rules {

    /** Null, or what is broken. */
    @Nullable
    Breach check(Facts facts);

    /** A rule that does not hold. */
    record Breach(String expected, String found) {}

    /** An instruction whose operands and attributes are known to fit the table's row. */
    record Facts(int context, List<Tensor> tensors, Instruction instruction) {

        int columns(int tensor) {
            return tensors.get(tensor).columns();
        }

        int rows(int tensor) {
            return tensors.get(tensor).rows();
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
        return !llama3 || in.high() > in.low()
                ? null
                : new Breach("high above low", "low=" + in.low() + " high=" + in.high());
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
}
