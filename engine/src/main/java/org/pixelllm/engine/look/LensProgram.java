package org.pixelllm.engine.look;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Limits;
import org.pixelllm.pxvm.program.Operand;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;

/**
 * A model's program with its end also set after each of its layers: what each layer would predict, if it were the last
 * one (nostalgebraist, <i>interpreting GPT: the logit lens</i>, 2020). Any executor runs it; the tensors and instructions
 * of the model keep their numbers and their results.
 *
 * @param program the model's tensors first, then those of the lens
 * @param logits for each layer the tensor with its logits // [layers]
 */
record LensProgram(Program program, List<Integer> logits) {

    static LensProgram of(Program model, Layers layers) throws NotInModelException {
        if (layers.count() == 0) {
            throw new NotInModelException("the lens needs layers, and this program has none");
        }
        int last = layers.ends().getLast();
        for (int end : layers.ends()) {
            if (!model.tensor(end).shape().equals(model.tensor(last).shape())) {
                throw new NotInModelException("the lens needs layers of one shape; "
                        + model.tensor(end).name() + " is "
                        + model.tensor(end).shape() + " and "
                        + model.tensor(last).name() + " "
                        + model.tensor(last).shape());
            }
        }
        List<Instruction> tail = tail(layers, last);
        if (tail.stream().anyMatch(LensProgram::remembers)) {
            throw new NotInModelException("the lens needs an end that keeps no state after the last layer, "
                    + model.tensor(last).name());
        }
        int added = tail.size() * (layers.count() - 1);
        if (model.tensors().size() + added > Limits.TENSORS
                || model.instructions().size() + added > Limits.INSTRUCTIONS) {
            throw new NotInModelException("the lens adds " + added + " instructions, more than a program may have");
        }
        return build(model, layers, tail);
    }

    /** What is between the last layer and the logits. */
    private static List<Instruction> tail(Layers layers, int last) {
        List<Instruction> alive = layers.alive();
        int from = 0;
        while (alive.get(from).result() != last) {
            from++;
        }
        return alive.subList(from + 1, alive.size());
    }

    private static boolean remembers(Instruction instruction) {
        return instruction.opcode().operands().stream().anyMatch(each -> each.kind() == Operand.Kind.STATE);
    }

    private static LensProgram build(Program model, Layers layers, List<Instruction> tail) {
        Set<String> names = new HashSet<>();
        model.tensors().forEach(each -> names.add(each.name()));
        List<Tensor> tensors = new ArrayList<>(model.tensors());
        List<Instruction> instructions = new ArrayList<>();
        List<Integer> logits = new ArrayList<>();
        List<Integer> inner = layers.ends().subList(0, layers.count() - 1);
        for (Instruction instruction : model.instructions()) {
            instructions.add(instruction);
            int layer = inner.indexOf(instruction.result());
            if (layer < 0) {
                continue;
            }
            Map<Integer, Integer> twins = new HashMap<>(Map.of(layers.ends().getLast(), instruction.result()));
            for (Instruction each : tail) {
                Tensor original = model.tensor(each.result());
                twins.put(each.result(), tensors.size());
                tensors.add(new Tensor(
                        unused(names, "lens." + layer + "." + twins.size()),
                        Role.SCRATCH,
                        original.type(),
                        original.shape()));
                instructions.add(new Instruction(
                        each.opcode(),
                        twins.get(each.result()),
                        each.operands().stream()
                                .map(id -> twins.getOrDefault(id, id))
                                .toList(),
                        each.attributes()));
            }
            logits.add(twins.get(model.output()));
        }
        logits.add(model.output());
        return new LensProgram(new Program(model.context(), tensors, instructions), List.copyOf(logits));
    }

    private static String unused(Set<String> names, String wanted) {
        String name = wanted;
        while (!names.add(name)) {
            name += "_";
        }
        return name;
    }
}
