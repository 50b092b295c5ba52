package org.pixelllm.pxvm.program;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * Checks a program against the opcode table before anything can run it: names, roles, types, shapes, bounds and order.
 * What passes cannot read or write outside its tensors on any executor.
 */
final class Validator {

    private final int context;
    private final List<Tensor> tensors;
    private final List<Instruction> instructions;
    private final Map<Integer, Instruction> written = new HashMap<>(); // by the tensor
    private final Set<Integer> statesUsed = new HashSet<>();

    Validator(int context, List<Tensor> tensors, List<Instruction> instructions) {
        this.context = context;
        this.tensors = tensors;
        this.instructions = instructions;
    }

    void check() {
        range("context", context, 1, Limits.CONTEXT, "Choose a context in this range.");
        range("program", tensors.size(), 1, Limits.TENSORS, "A program declares 1 to 65,535 tensors.");
        range("program", instructions.size(), 1, Limits.INSTRUCTIONS, "A program has 1 to 65,535 instructions.");
        Set<String> names = new HashSet<>();
        for (int id = 0; id < tensors.size(); id++) {
            checkTensor(id, names);
        }
        for (int at = 0; at < instructions.size(); at++) {
            checkInstruction(at);
        }
        checkWhole();
    }

    private void checkTensor(int id, Set<String> names) {
        Tensor tensor = tensors.get(id);
        String place = "tensor " + id + " (" + tensor.name() + ")";
        if (!isName(tensor.name())) {
            throw fault(
                    place,
                    "a name of 1 to " + Limits.NAME_BYTES + " letters, digits, dots and underscores, not a digit first",
                    "\"" + tensor.name() + "\"",
                    "Rename the tensor.");
        }
        if (!names.add(tensor.name())) {
            throw fault(place, "a name used once", "a second \"" + tensor.name() + "\"", "Rename one of them.");
        }
        int rank = tensor.shape().size();
        range(place, rank, 1, Limits.RANK, "A tensor has one to four dimensions.");
        for (Dim dim : tensor.shape()) {
            if (dim.isFixed() && dim.size() < 1) {
                throw fault(place, "dimensions of at least 1", shape(tensor), "Correct the shape.");
            }
        }
        checkType(place, tensor);
        checkShape(place, tensor);
        if (tensor.shape().getFirst().isFixed()) {
            size(place, tensor);
        } else if (rank > 1) {
            range(place, tensor.columns(), 1, Limits.WIDTH, "Make the row shorter.");
        }
    }

    private static void checkType(String place, Tensor tensor) {
        ElementType type = tensor.type();
        boolean typeFits = switch (tensor.role()) {
            case INPUT -> type == ElementType.IDS;
            case OUTPUT, SCRATCH -> type == ElementType.F32;
            case STATE -> type == ElementType.F32 || type == ElementType.F16;
            case WEIGHT -> type.isWeightType();
        };
        if (!typeFits) {
            String wanted = switch (tensor.role()) {
                case INPUT -> "type ids for input";
                case OUTPUT, SCRATCH -> "type f32 for " + tensor.role().word();
                case STATE -> "type f32 or f16 for state";
                case WEIGHT -> "a weight type";
            };
            throw fault(place, wanted, type.word(), "Correct the type.");
        }
    }

    private static void checkShape(String place, Tensor tensor) {
        boolean shapeFits = switch (tensor.role()) {
            case INPUT -> hasShape(tensor, "T");
            case OUTPUT -> hasShape(tensor, "R n");
            case SCRATCH -> isPerStep(tensor);
            case STATE, WEIGHT -> isFixed(tensor);
        };
        if (!shapeFits) {
            String wanted = switch (tensor.role()) {
                case INPUT -> "the shape [T]";
                case OUTPUT -> "the shape [R, n]";
                case SCRATCH -> "the shape [T, n] or [R, n]";
                case STATE, WEIGHT -> "fixed dimensions: only values of a step depend on T or R";
            };
            throw fault(place, wanted, shape(tensor), "Correct the shape.");
        }
    }

    private static boolean isPerStep(Tensor tensor) {
        return tensor.shape().size() == 2
                && !tensor.shape().getFirst().isFixed()
                && tensor.shape().getLast().isFixed();
    }

    private static boolean isFixed(Tensor tensor) {
        for (Dim dim : tensor.shape()) {
            if (!dim.isFixed()) {
                return false;
            }
        }
        return true;
    }

    private static void size(String place, Tensor tensor) {
        double elements = 1;
        double rows = 1;
        for (Dim dim : tensor.shape()) {
            rows = elements;
            elements *= dim.size();
        }
        if (elements > Limits.ELEMENTS || rows > Integer.MAX_VALUE) {
            throw fault(place, "at most " + Limits.ELEMENTS + " elements", shape(tensor), "Correct the shape.");
        }
    }

    private void checkInstruction(int at) {
        Instruction instruction = instructions.get(at);
        Opcode opcode = instruction.opcode();
        String place = "instruction " + at + " (" + opcode.mnemonic() + ")";
        List<Operand> operands = opcode.operands();
        if (instruction.operands().size() != operands.size()) {
            throw fault(
                    place,
                    operands.size() + " operands",
                    String.valueOf(instruction.operands().size()),
                    "See the opcode table.");
        }
        Map<String, Dim> sizes = new HashMap<>();
        for (int i = 0; i < operands.size(); i++) {
            checkOperand(place, operands.get(i), instruction.operand(i), sizes);
        }
        checkAttributes(place, instruction);
        checkOperand(place, opcode.result(), instruction.result(), sizes);
        Rules.Breach breach = opcode.rules().check(new Rules.Facts(context, tensors, written, instruction));
        if (breach != null) {
            throw fault(place, breach.expected(), breach.found(), "Correct the shapes or the attributes.");
        }
        if (written.putIfAbsent(instruction.result(), instruction) != null) {
            throw fault(
                    place,
                    "a result that nothing wrote before",
                    "\"" + tensors.get(instruction.result()).name() + "\" again",
                    "Give each instruction a tensor of its own to write.");
        }
    }

    private void checkOperand(String place, Operand operand, int id, Map<String, Dim> sizes) {
        String where = place + ", " + operand.name();
        if (id == Instruction.ABSENT) {
            if (!operand.optional()) {
                throw fault(where, operand.kind().words(), "none", "Only optional operands may be left out.");
            }
            return;
        }
        if (id < 0 || id >= tensors.size()) {
            throw fault(where, "a tensor id below " + tensors.size(), String.valueOf(id), "Declare the tensor.");
        }
        Tensor tensor = tensors.get(id);
        if (!operand.kind().admits(tensor)) {
            throw fault(where, operand.kind().words(), tensor.toString(), "Name a tensor with that role.");
        }
        unify(where, operand, tensor, sizes);
        if (operand.kind() == Operand.Kind.VALUE && !written.containsKey(id)) {
            throw fault(
                    where,
                    "a tensor that an earlier instruction wrote",
                    "\"" + tensor.name() + "\", not written yet",
                    "Move the instruction after the one that writes it.");
        }
        if (operand.kind() == Operand.Kind.STATE && !statesUsed.add(id)) {
            throw fault(
                    where,
                    "a state tensor that no other instruction uses",
                    "\"" + tensor.name() + "\" again",
                    "Declare a state tensor for each instruction that keeps one.");
        }
        if (operand.kind() == Operand.Kind.TABLE && tensor.shape().getFirst().size() < vocabulary()) {
            throw fault(
                    where,
                    "at least " + vocabulary() + " rows, one for each token id",
                    shape(tensor),
                    "Make the table as long as the vocabulary.");
        }
    }

    private int vocabulary() {
        for (Tensor tensor : tensors) {
            if (tensor.role() == Role.OUTPUT) {
                return tensor.columns();
            }
        }
        return 0;
    }

    private void unify(String where, Operand operand, Tensor tensor, Map<String, Dim> sizes) {
        String[] words = operand.shape().split(" ", -1);
        boolean fits = words.length == tensor.shape().size();
        for (int i = 0; fits && i < words.length; i++) {
            Dim dim = tensor.shape().get(i);
            Dim wanted = switch (words[i]) {
                case "T" -> Dim.TOKENS;
                case "R" -> Dim.ROWS;
                default -> sizes.get(words[i]);
            };
            if (wanted == null) {
                sizes.put(words[i], dim);
            } else {
                fits = wanted.equals(dim);
            }
        }
        if (!fits) {
            throw fault(
                    where,
                    "the shape " + describe(words, sizes),
                    shape(tensor) + " of \"" + tensor.name() + "\"",
                    "Correct the shape, or name another tensor.");
        }
    }

    private static String describe(String[] words, Map<String, Dim> sizes) {
        StringBuilder text = new StringBuilder("[");
        for (String word : words) {
            text.append(text.length() > 1 ? ", " : "");
            Dim bound = sizes.get(word);
            text.append(bound == null ? word : bound.toString());
        }
        return text.append(']').toString();
    }

    private static void checkAttributes(String place, Instruction instruction) {
        List<Attribute> attributes = instruction.opcode().attributes();
        if (instruction.attributes().size() != attributes.size()) {
            throw fault(
                    place,
                    attributes.size() + " attributes",
                    String.valueOf(instruction.attributes().size()),
                    "See the opcode table.");
        }
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            int bits = instruction.attributes().get(i);
            if (!attribute.admits(bits)) {
                throw fault(
                        place + ", " + attribute.name(),
                        "a value from " + attribute.min() + " to " + attribute.max(),
                        attribute.text(bits),
                        "Correct the attribute.");
            }
        }
    }

    private void checkWhole() {
        int inputs = 0;
        int outputs = 0;
        for (int id = 0; id < tensors.size(); id++) {
            Tensor tensor = tensors.get(id);
            inputs += tensor.role() == Role.INPUT ? 1 : 0;
            outputs += tensor.role() == Role.OUTPUT ? 1 : 0;
            if (tensor.role() == Role.OUTPUT && !written.containsKey(id)) {
                throw fault(
                        "tensor " + id + " (" + tensor.name() + ")",
                        "an instruction that writes the output",
                        "none",
                        "Let the last instruction write it.");
            }
        }
        if (inputs != 1 || outputs != 1) {
            throw fault(
                    "program",
                    "one input and one output tensor",
                    inputs + " and " + outputs,
                    "Declare exactly one of each.");
        }
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > Limits.NAME_BYTES) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            boolean digit = (c >= '0' && c <= '9') || c == '.';
            if (!letter && !(digit && i > 0)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a tensor has these dimensions; {@code n} is any fixed one. */
    private static boolean hasShape(Tensor tensor, String pattern) {
        String[] words = pattern.split(" ", -1);
        boolean fits = words.length == tensor.shape().size();
        for (int i = 0; fits && i < words.length; i++) {
            Dim dim = tensor.shape().get(i);
            fits = words[i].equals("n") ? dim.isFixed() : dim.toString().equals(words[i]);
        }
        return fits;
    }

    private static void range(String place, int value, int min, int max, String remedy) {
        if (value < min || value > max) {
            throw fault(place, "a number from " + min + " to " + max, String.valueOf(value), remedy);
        }
    }

    private static String shape(Tensor tensor) {
        return tensor.shape().toString();
    }

    private static InvalidProgramException fault(String place, String expected, String found, String remedy) {
        return new InvalidProgramException(place, expected, found, remedy);
    }
}
