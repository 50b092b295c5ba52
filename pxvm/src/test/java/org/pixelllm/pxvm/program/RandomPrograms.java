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
    private final int context;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Integer> values = new ArrayList<>();

    private RandomPrograms(long seed) {
        this.random = new Random(seed);
        this.context = 1 + random.nextInt(500);
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
        return new Program(context, tensors, instructions);
    }

    private void step() {
        int x = values.get(random.nextInt(values.size()));
        Dim rows = tensors.get(x).shape().getFirst();
        int columns = tensors.get(x).columns();
        int choice = random.nextInt(10);
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
        } else if (choice == 5) {
            Opcode[] maps = {Opcode.RELU, Opcode.SILU, Opcode.GELU, Opcode.GELU_TANH};
            emit(maps[random.nextInt(maps.length)], rows, columns, x);
        } else if (choice == 6) {
            emit(Opcode.RMSNORM, List.of(bits(1e-5f)), rows, columns, x, weight(columns));
        } else if (choice == 7) {
            emit(Opcode.LAYERNORM, List.of(bits(0.01f)), rows, columns, x, weight(columns), Instruction.ABSENT);
        } else if (choice == 8) {
            emit(random.nextBoolean() ? Opcode.SCALE : Opcode.SOFTCAP, List.of(bits(1.5f)), rows, columns, x);
        } else if (rows.equals(Dim.TOKENS)) {
            attention(x, columns);
        }
    }

    /** Attention of a value over itself, turned by its position where it has pairs. */
    private void attention(int x, int columns) {
        int turned = x;
        if (columns % 2 == 0) {
            List<Integer> angles =
                    List.of(columns, columns, random.nextInt(2), bits(100), bits(1), bits(1), bits(4), bits(0));
            emit(Opcode.ROPE, angles, Dim.TOKENS, columns, x);
            turned = tensors.size() - 1;
        }
        int keys = declare("k" + tensors.size(), Role.STATE, ElementType.F32, Dim.of(context), Dim.of(columns));
        int past = declare("v" + tensors.size(), Role.STATE, ElementType.F32, Dim.of(context), Dim.of(columns));
        List<Integer> heads = List.of(1, 1, bits(0.5f), random.nextInt(4), bits(0));
        emit(Opcode.ATTENTION, heads, Dim.TOKENS, columns, turned, turned, x, keys, past);
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }

    private void matmul(int x, int y, int out) {
        int w = weight(out, tensors.get(x).columns());
        int b = random.nextBoolean() ? Instruction.ABSENT : weight(out);
        instructions.add(new Instruction(Opcode.MATMUL, y, List.of(x, w, b), List.of()));
    }

    private void emit(Opcode opcode, Dim rows, int columns, Integer... operands) {
        emit(opcode, List.of(), rows, columns, operands);
    }

    private void emit(Opcode opcode, List<Integer> attributes, Dim rows, int columns, Integer... operands) {
        int y = scratch(rows, columns);
        instructions.add(new Instruction(opcode, y, List.of(operands), attributes));
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
