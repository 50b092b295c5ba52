package org.pixelllm.pxvm.executor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/**
 * Which scratch tensors share memory. A tensor lives from the instruction that writes it to the last one that reads
 * it; a linear scan over the program (Poletto and Sarkar, 1999) gives each a slot that is free for that time.
 */
public final class ScratchPlan {

    /** The most bytes that a step's scratch tensors may take together. */
    public static final long MAX_BYTES = 1L << 30;

    private static final int NONE = -1;

    private final int[] slotOf; // by tensor id
    private final List<Widths> slots;

    private ScratchPlan(int[] slotOf, List<Widths> slots) {
        this.slotOf = slotOf;
        this.slots = slots;
    }

    private static final class Widths {
        int perToken;
        int perRow;
    }

    /**
     * Plans.
     *
     * @param groups the program's instructions, in the order in which they run; those of a group run together
     */
    public static ScratchPlan of(Program program, List<List<Instruction>> groups) {
        int[] lastUse = new int[program.tensors().size()]; // the group
        for (int at = 0; at < groups.size(); at++) {
            for (int id : tensors(groups.get(at))) {
                lastUse[id] = at;
            }
        }
        int[] slotOf = new int[lastUse.length];
        Arrays.fill(slotOf, NONE);
        List<Widths> slots = new ArrayList<>();
        Deque<Integer> free = new ArrayDeque<>();
        for (int at = 0; at < groups.size(); at++) {
            for (Instruction instruction : groups.get(at)) {
                int result = instruction.result();
                if (program.tensor(result).role() == Role.SCRATCH) {
                    slotOf[result] = take(free, slots);
                    widen(slots.get(slotOf[result]), program, result);
                }
            }
            // Only after the whole group: a kernel never writes where it still reads, nor twice.
            for (int id : tensors(groups.get(at))) {
                if (lastUse[id] == at && program.tensor(id).role() == Role.SCRATCH) {
                    free.add(slotOf[id]);
                }
            }
        }
        return new ScratchPlan(slotOf, slots);
    }

    /** What instructions write and read, each once. */
    private static Set<Integer> tensors(List<Instruction> group) {
        Set<Integer> ids = new LinkedHashSet<>();
        for (Instruction instruction : group) {
            ids.add(instruction.result());
            ids.addAll(instruction.operands());
        }
        ids.remove(Instruction.ABSENT);
        return ids;
    }

    private static int take(Deque<Integer> free, List<Widths> slots) {
        Integer slot = free.poll();
        if (slot != null) {
            return slot;
        }
        slots.add(new Widths());
        return slots.size() - 1;
    }

    private static void widen(Widths widths, Program program, int id) {
        int columns = program.tensor(id).columns();
        boolean isPerToken = switch (program.tensor(id).shape().getFirst().kind()) {
            case TOKENS -> true;
            case ROWS -> false;
            case FIXED -> throw new IllegalStateException("the validator admits no scratch of fixed rows");
        };
        if (isPerToken) {
            widths.perToken = Math.max(widths.perToken, columns);
        } else {
            widths.perRow = Math.max(widths.perRow, columns);
        }
    }

    /** How many pieces of memory there are. */
    public int slots() {
        return slots.size();
    }

    /** The piece of memory of a scratch tensor. */
    public int slot(int id) {
        if (slotOf[id] == NONE) {
            throw new IllegalArgumentException("tensor " + id + " is not a scratch tensor");
        }
        return slotOf[id];
    }

    /** Elements of a piece of memory in a step of this many tokens and rows. */
    public long length(int slot, int tokens, int rows) {
        Widths widths = slots.get(slot);
        return Math.max((long) widths.perToken * tokens, (long) widths.perRow * rows);
    }
}
