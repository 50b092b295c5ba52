package org.pixelllm.pxvm.executor.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operation.Attention;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Where a session's keys and values lie. Memory comes in blocks of {@link #BLOCK} positions of all attentions; in a block each
 * tensor has a place of its own.
 *
 * <p>Values lie as they come, position after position, and so do keys. A full group of {@link #GROUP} positions' keys may be
 * turned: then its columns follow one another, each with the group's positions side by side, so that a vector's lanes are scores
 * of several positions.
 */
public final class StateLayout {

    /** Positions of a block. */
    public static final int BLOCK = 64;

    /** Positions whose keys lie side by side. */
    public static final int GROUP = 16;

    private static final int ALIGNMENT = 64;
    private static final long NONE = -1;

    private final long[] offsets; // in a block, by tensor id
    private final int[] columns; // by tensor id
    private final boolean[] halves; // by tensor id
    private final int[] numbers; // of tensors with a place, by tensor id
    private final List<Integer> tensors = new ArrayList<>();
    private final long blockBytes;

    private StateLayout(Program program) {
        int count = program.tensors().size();
        this.offsets = new long[count];
        this.columns = new int[count];
        this.halves = new boolean[count];
        this.numbers = new int[count];
        Arrays.fill(offsets, NONE);
        long at = 0;
        for (Instruction each : program.instructions()) {
            if (each.opcode() == Opcode.ATTENTION) {
                Attention in = Attention.of(each);
                at = place(program, in.keys(), at);
                at = place(program, in.values(), at);
            }
        }
        this.blockBytes = at;
    }

    private long place(Program program, int id, long at) {
        offsets[id] = at;
        columns[id] = program.tensor(id).columns();
        halves[id] = program.tensor(id).type() == ElementType.F16;
        numbers[id] = tensors.size();
        tensors.add(id);
        return Math.ceilDiv(at + (long) BLOCK * columns[id] * elementBytes(id), (long) ALIGNMENT) * ALIGNMENT;
    }

    /** The layout of a program's keys and values. */
    public static StateLayout of(Program program) {
        return new StateLayout(program);
    }

    /** Whether a state tensor is an attention's keys or values. */
    public boolean has(int id) {
        return offsets[id] != NONE;
    }

    /** Bytes of a block; 0 where the program has no attention. */
    public long blockBytes() {
        return blockBytes;
    }

    /** Bytes of so many positions, in whole blocks. */
    public long bytes(int positions) {
        return blockBytes * Math.ceilDiv(positions, BLOCK);
    }

    /** Elements of a position of a tensor. */
    public int columns(int id) {
        return columns[id];
    }

    /** Whether a tensor's elements are f16. */
    public boolean isHalf(int id) {
        return halves[id];
    }

    /** Bytes of an element of a tensor. */
    public int elementBytes(int id) {
        return halves[id] ? Short.BYTES : Float.BYTES;
    }

    /** Where a tensor's keys of a group begin in their block. */
    public long group(int id, int group) {
        return offsets[id] + (long) group * GROUP * columns[id] * elementBytes(id);
    }

    /** Where a position's values begin in their block, or its keys in a group that is not full. */
    public long row(int id, int position) {
        return offsets[id] + (long) position * columns[id] * elementBytes(id);
    }

    /** A tensor's place among all {@link #tensors}. */
    int number(int id) {
        return numbers[id];
    }

    /** All keys and values, by tensor id. */
    List<Integer> tensors() {
        return tensors;
    }
}
