package org.pixelllm.pxvm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The records with names against the rows of the opcode table: which record reads an opcode, names, types, order. */
class OperationTest {

    private static final int RESULT = 100;

    @ParameterizedTest
    @EnumSource(Opcode.class)
    void oneRecordReadsEachOpcodeWithTheNamesOfItsRow(Opcode opcode) throws ReflectiveOperationException {
        Instruction instruction = numbered(opcode);
        List<Operation> readers = readers(instruction);
        assertThat(readers).as("records of Operation that read " + opcode).hasSize(1);
        Operation operation = readers.getFirst();
        assertThat(operation.instruction()).isEqualTo(instruction);
        assertThat(components(operation)).containsExactlyElementsOf(row(opcode, instruction));
    }

    @Test
    void anOptionalOperandMayBeAbsent() {
        assertThat(new Operation.Matmul(1, 2, 3, Instruction.ABSENT).hasB()).isFalse();
        assertThat(new Operation.Matmul(1, 2, 3, 4).hasB()).isTrue();
        assertThat(new Operation.LayerNorm(1, 2, 3, Instruction.ABSENT, 0).hasBias())
                .isFalse();
        assertThat(new Operation.LayerNorm(1, 2, 3, 4, 0).hasBias()).isTrue();
    }

    @Test
    void anotherOpcodeIsRefusedByName() {
        Instruction add = new Operation.Binary(Opcode.ADD, 1, 2, 3).instruction();
        assertThatThrownBy(() -> Operation.Attention.of(add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected attention, found add");
        assertThatThrownBy(() -> Operation.Unary.of(add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an instruction of one value, found add");
    }

    @Test
    void operandsAreFoundByKind() {
        Instruction matmul = new Operation.Matmul(1, 2, 3, Instruction.ABSENT).instruction();
        assertThat(matmul.operands(Operand.Kind.VALUE)).containsExactly(2);
        assertThat(matmul.operands(Operand.Kind.WEIGHT)).containsExactly(3);
        Instruction attention = numbered(Opcode.ATTENTION);
        assertThat(attention.operands(Operand.Kind.VALUE)).containsExactly(1, 2, 3);
        assertThat(attention.operands(Operand.Kind.STATE)).containsExactly(4, 5);
        assertThat(attention.operands(Operand.Kind.TABLE)).isEmpty();
    }

    /** An instruction whose places all hold different numbers. */
    private static Instruction numbered(Opcode opcode) {
        List<Integer> operands = new ArrayList<>();
        for (int i = 0; i < opcode.operands().size(); i++) {
            operands.add(1 + i);
        }
        List<Integer> attributes = new ArrayList<>();
        for (int i = 0; i < opcode.attributes().size(); i++) {
            boolean real = opcode.attributes().get(i).kind() == Attribute.Kind.FLOAT;
            attributes.add(real ? Float.floatToRawIntBits(10.5f + i) : 10 + i);
        }
        return new Instruction(opcode, RESULT, operands, attributes);
    }

    private static List<Operation> readers(Instruction instruction) throws ReflectiveOperationException {
        List<Operation> readers = new ArrayList<>();
        for (Class<?> type : Operation.class.getPermittedSubclasses()) {
            try {
                readers.add((Operation) type.getMethod("of", Instruction.class).invoke(null, instruction));
            } catch (InvocationTargetException e) {
                assertThat(e.getCause()).isInstanceOf(IllegalArgumentException.class);
            }
        }
        return readers;
    }

    /** What a record says, without the opcode that one for several opcodes begins with. */
    private static List<String> components(Operation operation) throws ReflectiveOperationException {
        List<String> found = new ArrayList<>();
        for (RecordComponent each : operation.getClass().getRecordComponents()) {
            if (each.getType() != Opcode.class) {
                Object value = each.getAccessor().invoke(operation);
                found.add(each.getType() + " " + each.getName() + " = " + value);
            }
        }
        return found;
    }

    /** The same, as the table's row says it. */
    private static List<String> row(Opcode opcode, Instruction instruction) {
        List<String> row = new ArrayList<>();
        row.add("int result = " + RESULT);
        for (int i = 0; i < opcode.operands().size(); i++) {
            row.add("int " + opcode.operands().get(i).name() + " = " + instruction.operand(i));
        }
        for (int i = 0; i < opcode.attributes().size(); i++) {
            Attribute attribute = opcode.attributes().get(i);
            String name = camelCase(attribute.name());
            row.add(
                    attribute.kind() == Attribute.Kind.FLOAT
                            ? "float " + name + " = " + instruction.real(i)
                            : "int " + name + " = " + instruction.whole(i));
        }
        return row;
    }

    private static String camelCase(String name) {
        String[] words = name.split("_", -1);
        StringBuilder joined = new StringBuilder(words[0]);
        Arrays.stream(words)
                .skip(1)
                .forEach(each -> joined.append(each.substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(each.substring(1)));
        return joined.toString();
    }
}
