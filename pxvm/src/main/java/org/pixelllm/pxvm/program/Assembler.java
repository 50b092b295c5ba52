package org.pixelllm.pxvm.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnsupportedVersionException;
import org.pixelllm.pxvm.weights.ElementType;

/**
 * The text form of a program, for people. A line is a comment ({@code #}), a declaration
 * ({@code weight w f32 [128, 64]}) or an instruction ({@code y = matmul x w b}); {@code _} stands for an optional
 * operand that is left out, and may be left out itself where no operand follows; attributes follow as {@code name=value}. Printing and parsing are exact inverses.
 */
public final class Assembler {

    /** Characters of the longest text that is read. */
    public static final int MAX_CHARACTERS = 1 << 26;

    private static final String ABSENT = "_";

    private final String file;
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private boolean versionSeen;
    private int context = -1;
    private int line;

    private Assembler(String file) {
        this.file = file;
    }

    /** The text of a program. */
    public static String print(Program program) {
        StringBuilder text = new StringBuilder();
        text.append("pxvm ").append(ProgramImage.VERSION).append('\n');
        text.append("context ").append(program.context()).append("\n\n");
        for (Tensor tensor : program.tensors()) {
            text.append(tensor).append('\n');
        }
        text.append('\n');
        for (Instruction instruction : program.instructions()) {
            text.append(print(program, instruction)).append('\n');
        }
        return text.toString();
    }

    /** The text of one instruction of a program. */
    public static String print(Program program, Instruction instruction) {
        StringBuilder text =
                new StringBuilder(program.tensor(instruction.result()).name());
        text.append(" = ").append(instruction.opcode().mnemonic());
        for (int id : instruction.operands()) {
            text.append(' ')
                    .append(
                            id == Instruction.ABSENT
                                    ? ABSENT
                                    : program.tensor(id).name());
        }
        List<Attribute> attributes = instruction.opcode().attributes();
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            text.append(' ')
                    .append(attribute.name())
                    .append('=')
                    .append(attribute.text(instruction.attributes().get(i)));
        }
        return text.toString();
    }

    /**
     * Parses and validates a program.
     *
     * @param file the name to use in messages
     * @throws PxiException naming the line, tensor or instruction that breaks a rule
     */
    public static Program parse(String text, String file) throws PxiException {
        return new Assembler(file).program(text);
    }

    private Program program(String text) throws PxiException {
        for (String full : text.split("\n", -1)) {
            line++;
            int comment = full.indexOf('#');
            String content = (comment < 0 ? full : full.substring(0, comment)).strip();
            if (!content.isEmpty()) {
                statement(content);
            }
        }
        if (!versionSeen) {
            throw fault("a first line \"pxvm " + ProgramImage.VERSION + "\"", "none");
        }
        if (context < 0) {
            throw fault("a line \"context N\"", "none");
        }
        try {
            return new Program(context, tensors, instructions);
        } catch (InvalidProgramException e) {
            throw e.in(file);
        }
    }

    private void statement(String content) throws PxiException {
        String[] words = content.split("\\s+");
        if (!versionSeen) {
            version(words);
        } else if (words.length >= 2 && words[1].equals("=")) {
            instruction(words);
        } else if (words[0].equals("context")) {
            if (context >= 0 || words.length != 2) {
                throw fault("one line \"context N\"", "\"" + content + "\"");
            }
            context = number(words[1]);
        } else {
            declaration(words, content);
        }
    }

    private void version(String[] words) throws PxiException {
        if (!words[0].equals("pxvm") || words.length != 2) {
            throw fault("a first line \"pxvm " + ProgramImage.VERSION + "\"", "\"" + words[0] + "\"");
        }
        if (number(words[1]) != ProgramImage.VERSION) {
            throw new UnsupportedVersionException(new Fault(
                    file,
                    "line " + line,
                    "version " + ProgramImage.VERSION,
                    "version " + words[1],
                    "Use newer software, or write the program for version " + ProgramImage.VERSION + "."));
        }
        versionSeen = true;
    }

    private void declaration(String[] words, String content) throws PxiException {
        Role role = Role.ofWord(words[0]);
        if (role == null) {
            throw fault("a declaration or an instruction", "\"" + content + "\"");
        }
        int open = content.indexOf('[');
        if (words.length < 4 || open < 0 || !content.endsWith("]")) {
            throw fault("ROLE NAME TYPE [SHAPE]", "\"" + content + "\"");
        }
        ElementType type = ElementType.ofWord(words[2]);
        if (type == null) {
            throw fault("an element type", "\"" + words[2] + "\"");
        }
        List<Dim> shape = new ArrayList<>();
        for (String word : content.substring(open + 1, content.length() - 1).split(",", -1)) {
            shape.add(
                    switch (word.strip()) {
                        case "T" -> Dim.TOKENS;
                        case "R" -> Dim.ROWS;
                        default -> Dim.of(number(word.strip()));
                    });
        }
        if (ids.putIfAbsent(words[1], tensors.size()) != null) {
            throw fault("a name used once", "a second \"" + words[1] + "\"");
        }
        tensors.add(new Tensor(words[1], role, type, shape));
    }

    private void instruction(String[] words) throws PxiException {
        Opcode opcode = words.length > 2 ? Opcode.ofMnemonic(words[2]) : null;
        if (opcode == null) {
            throw fault("the name of an instruction after =", words.length > 2 ? "\"" + words[2] + "\"" : "nothing");
        }
        int operands = opcode.operands().size();
        int attributes = opcode.attributes().size();
        int given = words.length - 3 - attributes;
        if (given > operands || given < Math.max(0, operands - lastOptional(opcode))) {
            throw fault(
                    operands + " operands and " + attributes + " attributes for " + opcode.mnemonic(),
                    (words.length - 3) + " words");
        }
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < operands; i++) {
            String word = i < given ? words[3 + i] : ABSENT;
            reads.add(word.equals(ABSENT) ? Instruction.ABSENT : id(word));
        }
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < attributes; i++) {
            numbers.add(attribute(opcode.attributes().get(i), words[3 + given + i]));
        }
        instructions.add(new Instruction(opcode, id(words[0]), reads, numbers));
    }

    /** How many operands at the end of the row are optional. */
    private static int lastOptional(Opcode opcode) {
        int count = 0;
        for (Operand each : opcode.operands().reversed()) {
            if (!each.optional()) {
                break;
            }
            count++;
        }
        return count;
    }

    private int id(String name) throws PxiException {
        @Nullable Integer id = ids.get(name);
        if (id == null) {
            throw fault("a tensor declared above", "\"" + name + "\"");
        }
        return id;
    }

    private int attribute(Attribute attribute, String word) throws PxiException {
        String prefix = attribute.name() + "=";
        if (word.startsWith(prefix)) {
            try {
                return attribute.parse(word.substring(prefix.length()));
            } catch (NumberFormatException e) {
                throw fault("a number after " + prefix, "\"" + word + "\"");
            }
        }
        throw fault(prefix + "…", "\"" + word + "\"");
    }

    private int number(String word) throws PxiException {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw fault("a whole number", "\"" + word + "\"");
        }
    }

    private InvalidContentException fault(String expected, String found) {
        return new InvalidContentException(
                new Fault(file, "line " + line, expected, found, "docs/pxvm.md shows the text form."));
    }
}
