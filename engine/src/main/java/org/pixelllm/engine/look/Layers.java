package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Opcode;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Program;

/**
 * Where a program's layers end, found in the program alone. Some values are waists: every way from the tokens to the logits
 * leads through them, as through the sum at the end of each layer of a transformer. A layer begins with an attention between two
 * waists (in a program without attention, with a product other than the last) and ends with the last waist before the next
 * layer that is a sum, or else that has a row for each token, or else with the last one.
 *
 * @param ends for each layer the tensor that it ends with
 * @param attentions the program's attentions in order, one for each layer as a rule
 * @param alive the instructions that the logits depend on, in order
 */
record Layers(List<Integer> ends, List<Instruction> attentions, List<Instruction> alive) {

    private static final int NOBODY = -1;

    static Layers of(Program program) {
        List<Instruction> alive = alive(program);
        List<Instruction> attentions = program.instructions().stream()
                .filter(each -> each.opcode() == Opcode.ATTENTION)
                .toList();
        Instruction lastProduct =
                alive.stream().filter(each -> each.opcode() == Opcode.MATMUL).reduce(alive.getFirst(), (a, b) -> b);
        boolean attends = alive.stream().anyMatch(each -> each.opcode() == Opcode.ATTENTION);
        Predicate<Instruction> begins = attends
                ? each -> each.opcode() == Opcode.ATTENTION
                : each -> each.opcode() == Opcode.MATMUL && !each.equals(lastProduct);
        List<Integer> ends = new ArrayList<>();
        List<Instruction> waists = new ArrayList<>(); // of the layer that is being read
        boolean within = false;
        int from = 0;
        for (int waist : waists(alive)) {
            List<Instruction> block = alive.subList(from, waist + 1);
            from = waist + 1;
            if (!attends && block.contains(lastProduct)) {
                break;
            }
            if (block.stream().anyMatch(begins)) {
                if (within) {
                    ends.add(end(program, waists));
                }
                within = true;
                waists.clear();
            }
            if (within) {
                waists.add(alive.get(waist));
            }
        }
        if (within) {
            ends.add(end(program, waists));
        }
        return new Layers(List.copyOf(ends), attentions, alive);
    }

    private static List<Instruction> alive(Program program) {
        Set<Integer> needed = new HashSet<>(Set.of(program.output()));
        List<Instruction> alive = new ArrayList<>();
        for (Instruction each : program.instructions().reversed()) {
            if (needed.contains(each.result())) {
                alive.add(each);
                needed.addAll(values(each));
            }
        }
        return alive.reversed();
    }

    /** The values that an instruction reads: what others have written. */
    static List<Integer> values(Instruction instruction) {
        List<Integer> values = new ArrayList<>();
        List<Operand> operands = instruction.opcode().operands();
        for (int i = 0; i < operands.size(); i++) {
            if (operands.get(i).kind() == Operand.Kind.VALUE && instruction.has(i)) {
                values.add(instruction.operand(i));
            }
        }
        return values;
    }

    /** The places of the waists: no earlier value is read after them, and none begins there. */
    private static List<Integer> waists(List<Instruction> alive) {
        int[] lastUse = new int[alive.size()];
        Arrays.fill(lastUse, NOBODY);
        Map<Integer, Integer> writers = new HashMap<>(); // by tensor
        int furthest = 0;
        for (int at = 0; at < alive.size(); at++) {
            List<Integer> values = values(alive.get(at));
            if (values.isEmpty()) {
                furthest = at; // what begins with the tokens or their positions
            }
            for (int value : values) {
                lastUse[writers.getOrDefault(value, at)] = at;
            }
            writers.put(alive.get(at).result(), at);
        }
        List<Integer> waists = new ArrayList<>();
        for (int at = 0; at < alive.size(); at++) {
            if (furthest <= at) {
                waists.add(at);
            }
            furthest = Math.max(furthest, lastUse[at]);
        }
        return waists;
    }

    private static int end(Program program, List<Instruction> waists) {
        Instruction end = waists.getLast();
        for (Predicate<Instruction> wanted : List.<Predicate<Instruction>>of(
                each -> each.opcode() == Opcode.ADD, each -> isPerToken(program, each.result()))) {
            List<Instruction> found = waists.stream().filter(wanted).toList();
            if (!found.isEmpty()) {
                return found.getLast().result();
            }
        }
        return end.result();
    }

    private static boolean isPerToken(Program program, int tensor) {
        return program.tensor(tensor).shape().getFirst().equals(Dim.TOKENS);
    }

    int count() {
        return ends.size();
    }
}
