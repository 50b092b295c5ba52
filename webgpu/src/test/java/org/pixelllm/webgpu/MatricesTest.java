package org.pixelllm.webgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.pxvm.executor.Executors;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.program.Assembler;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Groups;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.WeightCodec.Entries;
import org.pixelllm.pxvm.weights.WeightTensor;
import org.pixelllm.pxvm.weights.Weights;

/** Matrices of every weight type: their rows are looked up to the bit, products are within the suite's tolerance. */
class MatricesTest {

    /** Positions: the rows of x, one more than a tile of a product. */
    private static final int CONTEXT = 9;

    /** More rows than a group, and no multiple of four. */
    private static final int OUTPUTS = 21;

    /** Bytes of a page, fewer than a group of f32 has from 1,024 columns on, and one of q8 from 3,648. */
    private static final int PAYLOAD = 61_440;

    private static final int PITCH = PAYLOAD + 64;

    /** Few enough that groups are interrupted. */
    private static final int RUN = 3;

    private static final int GAP = 192;

    /** Less than two groups of the widest matrix of f32. */
    private static final long NARROW = 1 << 20;

    static Stream<ElementType> types() {
        return Stream.of(ElementType.values()).filter(ElementType::isWeightType);
    }

    /** The rows of a table of positions are the logits. */
    private static Program lookup(WeightTensor table) throws IOException {
        return Assembler.parse(
                """
                pxvm 1
                context CONTEXT
                input tokens ids [T]
                weight table TYPE [CONTEXT, COLUMNS]
                scratch x f32 [T, COLUMNS]
                scratch last f32 [R, COLUMNS]
                output logits f32 [R, COLUMNS]
                x = position table
                last = select x
                logits = scale last factor=1.0
                """.replace("CONTEXT", String.valueOf(table.rows()))
                        .replace("TYPE", table.type().word())
                        .replace("COLUMNS", String.valueOf(table.columns())),
                "lookup");
    }

    /** The rows of a table of positions are multiplied by a matrix. */
    private static Program product(ElementType type, int columns) throws IOException {
        return Assembler.parse(
                """
                pxvm 1
                context CONTEXT
                input tokens ids [T]
                weight table f32 [CONTEXT, COLUMNS]
                weight w TYPE [OUTPUTS, COLUMNS]
                weight b TYPE [OUTPUTS]
                scratch x f32 [T, COLUMNS]
                scratch last f32 [R, COLUMNS]
                output logits f32 [R, OUTPUTS]
                x = position table
                last = select x
                logits = matmul last w b
                """.replace("CONTEXT", String.valueOf(CONTEXT))
                        .replace("TYPE", type.word())
                        .replace("COLUMNS", String.valueOf(columns))
                        .replace("OUTPUTS", String.valueOf(OUTPUTS)),
                "product");
    }

    private static int id(Program program, String name) {
        for (int id = 0; id < program.tensors().size(); id++) {
            if (program.tensor(id).name().equals(name)) {
                return id;
            }
        }
        throw new AssertionError(name);
    }

    private static float[] random(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A matrix of all the bytes that its type may have: codes at random, and finite f16. */
    private static WeightTensor anyBytes(ElementType type, int rows, int columns) {
        Random random = new Random(columns);
        WeightTensor tensor = WeightTensor.matrix(Arena.ofAuto(), type, rows, columns, random(random, rows * columns));
        if (type == ElementType.F32 || type == ElementType.BF16) {
            return tensor; // Any value is one; all that they can hold is no more than what is asked of a copy.
        }
        Groups groups = tensor.groups();
        byte[] row = new byte[groups.codec().rowBytes(columns)];
        byte[] group = new byte[Math.toIntExact(groups.stride())];
        for (int g = 0; g < groups.count(); g++) {
            for (int line = 0; line < groups.lines(); line++) {
                random.nextBytes(row);
                for (int unit = 0; unit < groups.units(); unit++) {
                    for (Entries each : groups.codec().entries()) {
                        makeFinite(row, unit * groups.codec().unitBytes() + each.at(), each);
                    }
                }
                groups.spread(row, 0, line, groups.units(), group, 0);
            }
            MemorySegment.copy(
                    MemorySegment.ofArray(group), 0, tensor.pages().memory(), g * groups.stride(), group.length);
        }
        return tensor;
    }

    private static void makeFinite(byte[] row, int at, Entries halves) {
        if (halves.bytes() == Short.BYTES) {
            for (int i = 0; i < halves.count(); i++) {
                row[at + 2 * i + 1] &= (byte) 0xBF;
            }
        }
    }

    /** The same matrix in pages, with breaks between some of them. */
    private static WeightTensor inPages(WeightTensor of) {
        Groups groups = of.groups();
        int perPage = (int) (PAYLOAD / groups.stride());
        int pieces = groups.pieces(PAYLOAD);
        long pages = perPage > 0 ? Math.ceilDiv(groups.count(), perPage) : (long) groups.count() * pieces;
        MemorySegment memory = Arena.ofAuto().allocate((pages + 1) * PITCH + pages / RUN * GAP, 64);
        memory.fill((byte) 0xFF); // what lies between pages is no number
        Pages in = new Pages(memory, 64, PITCH, PAYLOAD, RUN, GAP);
        WeightTensor tensor = new WeightTensor(of.range(), groups, in, 0, 0, perPage);
        long units = groups.unitsOfPiece(PAYLOAD) * (long) groups.unitBytes();
        for (int g = 0; g < groups.count(); g++) {
            for (int piece = 0; piece < pieces; piece++) {
                long from = piece * units;
                long count = Math.min(units, groups.stride() - from);
                MemorySegment.copy(
                        of.pages().memory(), of.groupOffset(g) + from, memory, tensor.pieceOffset(g, piece), count);
            }
        }
        return tensor;
    }

    /** The logits of all positions, in one step, or position by position. */
    private static float[] run(WebGpuExecutor executor, Program program, Weights weights, boolean together) {
        int context = program.context();
        float[] all = new float[context * program.vocabulary()];
        try (Machine machine = executor.load(program, weights);
                State state = machine.newState()) {
            if (together) {
                machine.step(new Step(List.of(new Step.Part(state, new int[context], context))), all);
                return all;
            }
            float[] row = new float[program.vocabulary()];
            for (int position = 0; position < context; position++) {
                machine.step(Step.of(state, new int[1]), row);
                System.arraycopy(row, 0, all, position * row.length, row.length);
            }
            return all;
        }
    }

    private static void looksUp(WebGpuExecutor executor, WeightTensor table) throws IOException {
        Program program = lookup(table);
        float[] found = run(executor, program, new Weights(Map.of(id(program, "table"), table)), true);
        assertThat(found).as("%s, %d columns", table.type(), table.columns()).isEqualTo(table.decode());
    }

    /** What a product's logits must be, and the weights that give them. */
    private record Case(Program program, Weights weights, double[] expected) {

        static Case of(ElementType type, int columns) throws IOException {
            Program program = product(type, columns);
            Random random = new Random(columns);
            Arena arena = Arena.ofAuto();
            float[] x = random(random, CONTEXT * columns);
            WeightTensor w = WeightTensor.matrix(arena, type, OUTPUTS, columns, random(random, OUTPUTS * columns));
            WeightTensor b = WeightTensor.vector(arena, type, random(random, OUTPUTS));
            Map<Integer, WeightTensor> weights = new HashMap<>();
            weights.put(id(program, "table"), WeightTensor.matrix(arena, ElementType.F32, CONTEXT, columns, x));
            weights.put(id(program, "w"), w);
            weights.put(id(program, "b"), b);
            float[] values = w.decode();
            float[] bias = b.decode();
            double[] expected = new double[CONTEXT * OUTPUTS];
            for (int o = 0; o < OUTPUTS; o++) {
                for (int r = 0; r < CONTEXT; r++) {
                    double sum = bias[o];
                    for (int i = 0; i < columns; i++) {
                        sum += (double) x[r * columns + i] * values[o * columns + i];
                    }
                    expected[r * OUTPUTS + o] = sum;
                }
            }
            return new Case(program, new Weights(weights), expected);
        }

        /** The same with the matrix in pages. */
        Case inPages() {
            Map<Integer, WeightTensor> all = new HashMap<>(weights.tensors());
            all.computeIfPresent(id(program, "w"), (id, w) -> MatricesTest.inPages(w));
            return new Case(program, new Weights(all), expected);
        }

        /** What an executor gives for many rows at a time, which is within the tolerance of what is expected. */
        float[] compare(String name, WebGpuExecutor executor, double tolerance) {
            float[] found = run(executor, program, weights, true);
            double size = Arrays.stream(expected).map(Math::abs).max().orElse(1);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) found[i])
                        .as("%s, row %d, output %d", name, i / OUTPUTS, i % OUTPUTS)
                        .isCloseTo(expected[i], Offset.offset(tolerance * (1 + size)));
            }
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aRowIsLookedUpToTheBit(ElementType type) throws IOException {
        for (Executors each : OnThisGpu.both()) {
            for (int columns : new int[] {1, 37, 259}) {
                looksUp((WebGpuExecutor) each.executor(), anyBytes(type, OUTPUTS, columns));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aProductOfAnyShapeIsWithinTheTolerance(ElementType type) throws IOException {
        for (int columns : new int[] {1, 35, 263}) {
            Case each = Case.of(type, columns);
            for (Executors on : OnThisGpu.both()) {
                String name = "%s, %s, %d columns".formatted(on, type.word(), columns);
                WebGpuExecutor executor = (WebGpuExecutor) on.executor();
                float[] together = each.compare(name, executor, on.tolerance());
                assertThat(run(executor, each.program(), each.weights(), false))
                        .as("%s, a row at a time", name)
                        .isEqualTo(together);
            }
        }
    }

    /** Groups that take several pages, and matrices that take several bindings, give the bits of others. */
    @ParameterizedTest
    @MethodSource("types")
    void aMatrixInPagesGivesTheSameBits(ElementType type) throws IOException {
        for (int columns : new int[] {1_024, 3_648, 14_336}) {
            Case dense = Case.of(type, columns);
            Case paged = dense.inPages();
            for (Executors each : OnThisGpu.both()) {
                String name = "%s, %s, %d columns".formatted(each, type.word(), columns);
                WebGpuExecutor executor = (WebGpuExecutor) each.executor();
                float[] expected = dense.compare(name, executor, each.tolerance());
                OnThisGpu.restrict(executor, limits -> limits.withBinding(NARROW), narrow -> {
                    float[] found = run(narrow, paged.program(), paged.weights(), true);
                    assertThat(found).as("%s, in pages and bindings", name).isEqualTo(expected);
                });
            }
            WeightTensor table = inPages(anyBytes(type, CONTEXT, columns));
            OnThisGpu.restrict(limits -> limits.withBinding(NARROW), narrow -> looksUp(narrow, table));
        }
    }

    @Test
    void theWidestMatricesTakeSeveralPagesAndBindings() {
        WeightTensor f32 = inPages(
                WeightTensor.matrix(Arena.ofAuto(), ElementType.F32, OUTPUTS, 1_024, new float[OUTPUTS * 1_024]));
        assertThat(f32.pieces()).isEqualTo(2);
        WeightTensor q8 = inPages(
                WeightTensor.matrix(Arena.ofAuto(), ElementType.Q8, OUTPUTS, 3_648, new float[OUTPUTS * 3_648]));
        assertThat(q8.pieces()).isEqualTo(2);
        WeightTensor wide = inPages(
                WeightTensor.matrix(Arena.ofAuto(), ElementType.F32, OUTPUTS, 14_336, new float[OUTPUTS * 14_336]));
        assertThat(wide.pieces()).isEqualTo(15);
        assertThat(Piece.of("w", wide, NARROW)).hasSize(2);
    }
}
