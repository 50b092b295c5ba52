package org.pixelllm.pxvm.program;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an opcode asks of shapes and attributes together, beyond its row of the table. */
interface Rules {

    /** Null, or what is broken. */
    @Nullable
    Breach check(Facts facts);

    /** A rule that does not hold. */
    record Breach(String expected, String found) {}

    /** An instruction whose operands are known to fit the table's row. */
    record Facts(int context, List<Tensor> tensors, Instruction instruction) {

        Tensor operand(int index) {
            return tensors.get(instruction.operand(index));
        }

        int columns(int index) {
            return operand(index).columns();
        }

        int rows(int index) {
            return operand(index).rows();
        }
    }

    static @Nullable Breach none(Facts facts) {
        return null;
    }

    static @Nullable Breach gainDividesColumns(Facts facts) {
        int columns = facts.columns(0);
        int gain = facts.columns(1);
        return columns % gain == 0 ? null : new Breach("a gain whose length divides " + columns, gain + " elements");
    }

    static @Nullable Breach tableCoversContext(Facts facts) {
        int rows = facts.rows(0);
        return rows >= facts.context
                ? null
                : new Breach("a table with a row for each of " + facts.context + " positions", rows + " rows");
    }

    static @Nullable Breach rotatedHeadsFit(Facts facts) {
        int head = facts.instruction.whole(0);
        int dims = facts.instruction.whole(1);
        float low = facts.instruction.real(5);
        float high = facts.instruction.real(6);
        if (facts.columns(0) % head != 0 || dims > head || dims % 2 != 0) {
            return new Breach(
                    "heads that divide " + facts.columns(0) + " columns and even dims of at most a head",
                    "head=" + head + " dims=" + dims);
        }
        boolean llama3 = facts.instruction.real(7) > 0;
        return !llama3 || high > low ? null : new Breach("high above low", "low=" + low + " high=" + high);
    }

    static @Nullable Breach headsFit(Facts facts) {
        int heads = facts.instruction.whole(0);
        int kvHeads = facts.instruction.whole(1);
        int q = facts.columns(0);
        int kv = facts.columns(1);
        if (q % heads != 0 || heads % kvHeads != 0 || (long) q / heads * kvHeads != kv) {
            return new Breach(
                    "heads that divide q and are shared evenly by k and v heads of the same width",
                    "q of " + q + ", k of " + kv + ", heads=" + heads + " kv_heads=" + kvHeads);
        }
        return facts.rows(3) == facts.context && facts.rows(4) == facts.context
                ? null
                : new Breach(
                        "keys and values with " + facts.context + " rows, the context",
                        facts.rows(3) + " and " + facts.rows(4));
    }
}
