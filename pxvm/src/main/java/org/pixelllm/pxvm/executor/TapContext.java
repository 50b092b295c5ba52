package org.pixelllm.pxvm.executor;

import java.util.List;
import org.pixelllm.pxvm.program.Instruction;

/** What a {@link Tap} can read when instructions have run. */
public interface TapContext {

    /** What has just run: one instruction, or several that this executor runs as one. */
    List<Instruction> instructions();

    /** How long these took together, nanoseconds. */
    long nanoseconds();

    /** Tokens of this step: T. */
    int tokens();

    /** Rows that one of these has written. */
    int rows(Instruction instruction);

    /**
     * A copy of what one of these has written. // [rows, columns]
     *
     * @throws IllegalArgumentException where it is none of these
     */
    float[] values(Instruction instruction);

    /**
     * The weights with which one token looks back on its session, the last one on itself; they sum to 1, and are 0 beyond
     * the instruction's window. No executor keeps them: they are computed again, in double, from the queries and keys that
     * the executor used. // [the token's position + 1]
     *
     * @param instruction one of these, an attention
     * @param token its place in the step, 0 to {@link #tokens} − 1
     * @param head a query head
     */
    double[] attention(Instruction instruction, int token, int head);
}
