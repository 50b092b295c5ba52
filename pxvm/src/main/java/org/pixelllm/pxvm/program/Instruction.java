package org.pixelllm.pxvm.program;

import java.util.ArrayList;
import java.util.List;

/**
 * One instruction over the tensors of a program.
 *
 * @param opcode what it does
 * @param result the tensor it writes, by its place in the program's list
 * @param operands the tensors it reads, in the opcode's order; {@link #ABSENT} where an optional one is left out
 * @param attributes 32 bits for each attribute of the opcode, in its order
 */
public record Instruction(Opcode opcode, int result, List<Integer> operands, List<Integer> attributes) {

    /** The place of an optional operand that is left out. */
    public static final int ABSENT = -1;

    public Instruction {
        operands = List.copyOf(operands);
        attributes = List.copyOf(attributes);
    }

    /** The tensors that it reads in places of one kind, in order, without those that are left out. */
    public List<Integer> operands(Operand.Kind kind) {
        List<Operand> places = opcode.operands();
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).kind() == kind && has(i)) {
                found.add(operand(i));
            }
        }
        return found;
    }

    /** The tensor that it reads as its operand of this number, or {@link #ABSENT}; {@link Operation} has names. */
    int operand(int index) {
        return operands.get(index);
    }

    /** Whether the operand of this number is there. */
    boolean has(int index) {
        return operands.get(index) != ABSENT;
    }

    /** The attribute of this number, where its kind is {@link Attribute.Kind#FLOAT}. */
    float real(int index) {
        return Float.intBitsToFloat(attributes.get(index));
    }

    /** The attribute of this number, where its kind is {@link Attribute.Kind#INT}. */
    int whole(int index) {
        return attributes.get(index);
    }
}
