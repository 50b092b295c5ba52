package org.pixelllm.forge.family;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Instruction;
import org.pixelllm.pxvm.program.Operation;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;

/** Puts a program together in reading order; a tensor is known by the id that declaring it returns. */
final class ProgramBuilder {

    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();

    int input(String name) {
        return declare(new Tensor(name, Role.INPUT, ElementType.IDS, List.of(Dim.TOKENS)));
    }

    int weight(String name, ElementType type, int... shape) {
        return declare(new Tensor(name, Role.WEIGHT, type, fixed(shape)));
    }

    int state(String name, int... shape) {
        return declare(new Tensor(name, Role.STATE, ElementType.F32, fixed(shape)));
    }

    /** A value for each token // [T, columns] */
    int perToken(String name, int columns) {
        return declare(new Tensor(name, Role.SCRATCH, ElementType.F32, List.of(Dim.TOKENS, Dim.of(columns))));
    }

    /** A value for each row asked for // [R, columns] */
    int perRow(String name, int columns) {
        return declare(new Tensor(name, Role.SCRATCH, ElementType.F32, List.of(Dim.ROWS, Dim.of(columns))));
    }

    int output(String name, int columns) {
        return declare(new Tensor(name, Role.OUTPUT, ElementType.F32, List.of(Dim.ROWS, Dim.of(columns))));
    }

    /** Adds an instruction; returns what it writes. */
    int add(Operation operation) {
        instructions.add(operation.instruction());
        return operation.result();
    }

    /** Declares a value for each token and adds the instruction that writes it // [T, columns] */
    int each(String name, int columns, IntFunction<Operation> writer) {
        return add(writer.apply(perToken(name, columns)));
    }

    Program build(int context) {
        return new Program(context, tensors, instructions);
    }

    private int declare(Tensor tensor) {
        tensors.add(tensor);
        return tensors.size() - 1;
    }

    private static List<Dim> fixed(int... shape) {
        List<Dim> dims = new ArrayList<>(shape.length);
        for (int size : shape) {
            dims.add(Dim.of(size));
        }
        return dims;
    }
}
