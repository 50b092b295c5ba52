package org.pixelllm.pxvm.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
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
        emit(Dim.TOKENS, width, y -> new Operation.Embed(y, tokens, table));
        int steps = 1 + random.nextInt(12);
        for (int i = 0; i < steps; i++) {
            step();
        }
        int rows = pick(Dim.ROWS);
        if (rows < 0) {
            int from = values.get(random.nextInt(values.size()));
            rows = scratch(Dim.ROWS, tensors.get(from).columns());
            instructions.add(new Operation.Unary(Opcode.SELECT, rows, from).instruction());
        }
        int logits = declare("logits", Role.OUTPUT, ElementType.F32, Dim.ROWS, Dim.of(vocabulary));
        matmul(rows, logits, vocabulary);
        return new Program(context, tensors, instructions);
    }

    private void step() {
        int x = values.get(random.nextInt(values.size()));
        Dim rows = tensors.get(x).shape().getFirst();
        int columns = tensors.get(x).columns();
        int choice = random.nextInt(11);
        if (choice == 0 && rows.equals(Dim.TOKENS)) {
            int sum = declare("s" + tensors.size(), Role.STATE, ElementType.F32, Dim.of(columns));
            emit(Dim.TOKENS, columns, y -> new Operation.Mean(y, x, sum));
        } else if (choice == 1 && rows.equals(Dim.TOKENS)) {
            emit(Dim.ROWS, columns, y -> new Operation.Unary(Opcode.SELECT, y, x));
        } else if (choice == 2) {
            int out = width();
            int y = scratch(rows, out);
            matmul(x, y, out);
            values.add(y);
        } else if (choice == 3) {
            emit(rows, columns, y -> new Operation.Binary(Opcode.ADD, y, x, x));
        } else if (choice == 4) {
            emit(rows, columns, y -> new Operation.Binary(Opcode.MUL, y, x, x));
        } else if (choice == 5) {
            Opcode[] maps = {Opcode.RELU, Opcode.SILU, Opcode.GELU, Opcode.GELU_TANH};
            Opcode map = maps[random.nextInt(maps.length)];
            emit(rows, columns, y -> new Operation.Unary(map, y, x));
        } else if (choice == 6) {
            int gain = weight(columns);
            emit(rows, columns, y -> new Operation.RmsNorm(y, x, gain, 1e-5f));
        } else if (choice == 7) {
            int gain = weight(columns);
            emit(rows, columns, y -> new Operation.LayerNorm(y, x, gain, Instruction.ABSENT, 0.01f));
        } else if (choice == 8) {
            boolean scale = random.nextBoolean();
            emit(rows, columns, y -> scale ? new Operation.Scale(y, x, 1.5f) : new Operation.Softcap(y, x, 1.5f));
        } else if (choice == 9) {
            experts(x, rows, columns);
        } else if (rows.equals(Dim.TOKENS)) {
            attention(x, columns);
        }
    }

    /** A value's columns as scores; the experts it goes to, twice; and their sum. */
    private void experts(int x, Dim rows, int columns) {
        int k = 1 + random.nextInt(Math.min(columns, 3));
        int gate = random.nextInt(3);
        int normalise = random.nextInt(2);
        int route = scratch(rows, 2 * k);
        instructions.add(new Operation.Route(route, x, k, gate, normalise, 1.5f).instruction());
        int inner = width();
        int up = scratch(rows, k * inner);
        int wUp = weight(columns * inner, columns);
        int b = random.nextBoolean() ? Instruction.ABSENT : weight(columns * inner);
        instructions.add(new Operation.Experts(up, x, route, wUp, b, columns).instruction());
        int outer = width();
        int down = scratch(rows, k * outer);
        int wDown = weight(columns * outer, inner);
        instructions.add(new Operation.Experts(down, up, route, wDown, Instruction.ABSENT, columns).instruction());
        emit(rows, outer, y -> new Operation.Combine(y, down, route));
    }

    /** Attention of a value over itself, turned by its position where it has pairs. */
    private void attention(int x, int columns) {
        int turned = columns % 2 == 0 ? rope(x, columns) : x;
        int keys = declare("k" + tensors.size(), Role.STATE, ElementType.F32, Dim.of(context), Dim.of(columns));
        int past = declare("v" + tensors.size(), Role.STATE, ElementType.F32, Dim.of(context), Dim.of(columns));
        int window = random.nextInt(4);
        emit(
                Dim.TOKENS,
                columns,
                y -> new Operation.Attention(y, turned, turned, x, keys, past, 1, 1, 0.5f, window, 0));
    }

    private int rope(int x, int columns) {
        int halves = random.nextInt(2);
        int factors = random.nextBoolean() ? Instruction.ABSENT : weight(ElementType.F32, 2, columns / 2);
        emit(Dim.TOKENS, columns, y -> new Operation.Rope(y, x, factors, columns, columns, halves, 100, 1, 1, 4, 0));
        return tensors.size() - 1;
    }

    private void matmul(int x, int y, int out) {
        int w = weight(out, tensors.get(x).columns());
        int b = random.nextBoolean() ? Instruction.ABSENT : weight(out);
        instructions.add(new Operation.Matmul(y, x, w, b).instruction());
    }

    private void emit(Dim rows, int columns, IntFunction<Operation> writer) {
        int y = scratch(rows, columns);
        instructions.add(writer.apply(y).instruction());
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
        return weight(TYPES.get(random.nextInt(TYPES.size())), shape);
    }

    private int weight(ElementType type, int... shape) {
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
