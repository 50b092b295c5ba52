package org.pixelllm.forge.train.gradient;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;

/**
 * Which values' gradients share memory. Walked backwards, a gradient lives from the last instruction that reads the value
 * to the one that writes it.
 *
 * @param slotOf by tensor id; −1 where there is no gradient of a batch's size
 * @param columns of each slot, for each token
 */
record GradientPlan(int[] slotOf, int[] columns) {

    private static final int NONE = -1;

    static GradientPlan of(Program program) {
        int[] slotOf = new int[program.tensors().size()];
        Arrays.fill(slotOf, NONE);
        int[] columns = new int[slotOf.length];
        int slots = 0;
        Deque<Integer> free = new ArrayDeque<>();
        slotOf[program.output()] = slots++;
        columns[0] = program.tensor(program.output()).columns();
        List<Instruction> instructions = program.instructions();
        for (Instruction in : instructions.reversed()) {
            for (int id : in.operands()) {
                if (id != Instruction.ABSENT && program.tensor(id).role() == Role.SCRATCH && slotOf[id] == NONE) {
                    Integer slot = free.poll();
                    slotOf[id] = slot == null ? slots++ : slot;
                    columns[slotOf[id]] =
                            Math.max(columns[slotOf[id]], program.tensor(id).columns());
                }
            }
            if (slotOf[in.result()] != NONE) {
                free.push(slotOf[in.result()]);
            }
        }
        return new GradientPlan(slotOf, Arrays.copyOf(columns, slots));
    }
}
