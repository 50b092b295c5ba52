package org.pixelllm.pxvm.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.pixelllm.pxvm.weights.ElementType;

/** Makes valid programs from a seed: every opcode, odd widths, values of both run-time sizes. */
public final class RandomPrograms {

    private static final int[] WIDTHS = {1, 2, 3, 5, 7, 8, 13, 16, 17, 31, 33, 64, 67};

    private static final List<ElementType> TYPES =
            Stream.of(ElementType.values()).filter(ElementType::isWeightType).toList();

    private final Random random;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Integer> values = new ArrayList<>();

    private RandomPrograms(long seed) {
        this.random = new Random(seed);
    }

    public static Program of(long seed) {
        return new RandomPrograms(seed).make();
    }

    private Program make() {
        int vocabulary = 2 + random.nextInt(60);
        int width = width();
        int tokens = declare("tokens", Role.INPUT, ElementType.IDS, Dim.TOKENS);
        int table = weight(vocabulary + random.nextInt(3), width);
        int first = scratch(Dim.TOKENS, width);
        instructions.add(new Instruction(Opcode.EMBED, first, List.of(tokens, table), List.of()));
        values.add(first);
        int steps = 1 + random.nextInt(12);
        for (int i = 0; i < steps; i++) {
            step();
        }
        int rows = pick(Dim.ROWS);
        if (rows < 0) {
            int from = values.get(random.nextInt(values.size()));
            rows = scratch(Dim.ROWS, tensors.get(from).columns());
            instructions.add(new Instruction(Opcode.SELECT, rows, List.of(from), List.of()));
        }
        int logits = declare("logits", Role.OUTPUT, ElementType.F32, Dim.ROWS, Dim.of(vocabulary));
        matmul(rows, logits, vocabulary);
        return new Program(1 + random.nextInt(500), tensors, instructions);
    }

    private void step() {
        int x = values.get(random.nextInt(values.size()));
        Dim rows = tensors.get(x).shape().getFirst();
        int columns = tensors.get(x).columns();
        int choice = random.nextInt(6);
        if (choice == 0 && rows.equals(Dim.TOKENS)) {
            int sum = declare("s" + tensors.size(), Role.STATE, ElementType.F32, Dim.of(columns));
            emit(Opcode.MEAN, Dim.TOKENS, columns, x, sum);
        } else if (choice == 1 && rows.equals(Dim.TOKENS)) {
            emit(Opcode.SELECT, Dim.ROWS, columns, x);
        } else if (choice == 2) {
            int out = width();
            int y = scratch(rows, out);
            matmul(x, y, out);
            values.add(y);
        } else if (choice == 3) {
            emit(Opcode.ADD, rows, columns, x, x);
        } else if (choice == 4) {
            emit(Opcode.MUL, rows, columns, x, x);
        } else {
            emit(Opcode.RELU, rows, columns, x);
        }
    }

    private void matmul(int x, int y, int out) {
        int w = weight(out, tensors.get(x).columns());
        int b = random.nextBoolean() ? Instruction.ABSENT : weight(out);
        instructions.add(new Instruction(Opcode.MATMUL, y, List.of(x, w, b), List.of()));
    }

    private void emit(Opcode opcode, Dim rows, int columns, Integer... operands) {
        int y = scratch(rows, columns);
        instructions.add(new Instruction(opcode, y, List.of(operands), List.of()));
        values.add(y);
    }

    private int pick(Dim rows) {
        return values.stream()
                .filter(id -> tensors.get(id).shape().getFirst().equals(rows))
                .findFirst()
                .orElse(-1);
    }

    private int width() {
        return WIDTHS[random.nextInt(WIDTHS.length)];
    }

    private int scratch(Dim rows, int columns) {
        return declare("x" + tensors.size(), Role.SCRATCH, ElementType.F32, rows, Dim.of(columns));
    }

    private int weight(int... shape) {
        ElementType type = TYPES.get(random.nextInt(TYPES.size()));
        Dim[] dims = new Dim[shape.length];
        for (int i = 0; i < shape.length; i++) {
            dims[i] = Dim.of(shape[i]);
        }
        return declare("w" + tensors.size(), Role.WEIGHT, type, dims);
    }

    private int declare(String name, Role role, ElementType type, Dim... shape) {
        tensors.add(new Tensor(name, role, type, List.of(shape)));
        return tensors.size() - 1;
    }
}
