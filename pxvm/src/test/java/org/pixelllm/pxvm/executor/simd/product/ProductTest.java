package org.pixelllm.pxvm.executor.simd.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.pxvm.executor.simd.Form;
import org.pixelllm.pxvm.executor.simd.rows.VectorKernels;
import org.pixelllm.pxvm.executor.simd.scalar.ScalarKernels;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.Pages;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Products in both forms, against the order of summation that the arithmetic describes, to the bit. */
class ProductTest {

    /** One, whole units and less, an odd number of units, more than a chunk. */
    private static final int[] COLUMNS = {1, 100, 544};

    /** Less than a group, whole groups, several of which the last is not full. */
    private static final int[] ROWS = {1, 47, 64};

    /** Rows of x: alone, whole tiles, what is left beside them. */
    private static final int[] COUNTS = {1, 2, 3, 4, 7, 25, 40};

    private static final int MOST = COUNTS[COUNTS.length - 1];

    /** Bytes of a page: less than a group of many columns has. */
    private static final int PAYLOAD = 8_192;

    @ParameterizedTest
    @EnumSource(names = "IDS", mode = EnumSource.Mode.EXCLUDE)
    void vectorsSumAsDescribed(ElementType type) {
        assumeTrue(Form.VECTOR.isAvailable(), "needs the Vector API module");
        checkShapes(type, VectorKernels::of);
    }

    @ParameterizedTest
    @EnumSource(names = "IDS", mode = EnumSource.Mode.EXCLUDE)
    void loopsSumAsDescribed(ElementType type) {
        checkShapes(type, ScalarKernels::of);
    }

    @ParameterizedTest
    @EnumSource(names = "IDS", mode = EnumSource.Mode.EXCLUDE)
    void groupsThatAreCutGiveTheSameBits(ElementType type) {
        Random random = new Random(5);
        try (Arena arena = Arena.ofConfined()) {
            for (int columns : new int[] {1_024, 3_648, 14_336}) {
                int rows = 17;
                WeightTensor whole = WeightTensor.matrix(arena, type, rows, columns, gaussians(random, rows * columns));
                WeightTensor cut = cut(arena, whole);
                assertThat(cut.pieces()).isGreaterThan(1);
                float[] x = gaussians(random, 5 * columns);
                for (int n : columns > 10_000 ? new int[] {5} : new int[] {1, 5}) {
                    float[] expected = run(new Product(whole, ScalarKernels.of(whole), null, 0), x, n);
                    assertThat(run(new Product(cut, ScalarKernels.of(cut), null, 0), x, n))
                            .isEqualTo(expected);
                    if (Form.VECTOR.isAvailable()) {
                        assertThat(run(new Product(cut, VectorKernels.of(cut), null, 0), x, n))
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "Q4K32M"})
    void moreRowsThanABlockOfXHoldsGiveTheSameBits(ElementType type) {
        Random random = new Random(3);
        try (Arena arena = Arena.ofConfined()) {
            WeightTensor w = WeightTensor.matrix(arena, type, 33, 70, gaussians(random, 33 * 70));
            float[] x = gaussians(random, 131 * 70);
            for (Form form : Form.values()) {
                if (form.isAvailable()) {
                    Kernels kernels = form == Form.VECTOR ? VectorKernels.of(w) : ScalarKernels.of(w);
                    float[] y = run(new Product(w, kernels, null, 0), x, 131);
                    for (int i = 0; i < y.length; i++) {
                        assertThat(y[i]).isEqualTo(new SpecifiedProduct(w, i % 33).by(x, i / 33 * 70));
                    }
                }
            }
        }
    }

    /** Loops keep a matrix in another form once it has been used a few times. */
    @ParameterizedTest
    @EnumSource(names = "IDS", mode = EnumSource.Mode.EXCLUDE)
    void aMatrixThatIsUsedAgainAndAgainGivesTheSameBits(ElementType type) {
        Random random = new Random(11);
        try (Arena arena = Arena.ofConfined()) {
            for (int rows : new int[] {17, 300}) {
                for (int columns : new int[] {1, 100, 544}) {
                    WeightTensor w = WeightTensor.matrix(arena, type, rows, columns, gaussians(random, rows * columns));
                    float[] bias = gaussians(random, rows);
                    float[] x = gaussians(random, 18 * columns);
                    for (WeightTensor each :
                            w.stride() > PAYLOAD ? new WeightTensor[] {w, cut(arena, w)} : new WeightTensor[] {w}) {
                        Kernels kernels = ScalarKernels.of(each);
                        Product product = new Product(each, kernels, bias, 0);
                        float[] expected = run(product, x, 18);
                        for (int use = 0; use < 5; use++) {
                            kernels.use(new Scratch());
                        }
                        assertThat(kernels.grain()).as("kept in another form").isGreaterThan(1);
                        for (int n : new int[] {1, 3, 18}) {
                            assertThat(run(product, x, n)).isEqualTo(Arrays.copyOf(expected, n * rows));
                        }
                    }
                }
            }
        }
    }

    private static void checkShapes(ElementType type, Function<WeightTensor, Kernels> kernels) {
        Random random = new Random(7);
        try (Arena arena = Arena.ofConfined()) {
            for (int columns : COLUMNS) {
                for (int rows : ROWS) {
                    float[] values = gaussians(random, rows * columns);
                    WeightTensor w = WeightTensor.matrix(arena, type, rows, columns, values);
                    float[] bias = rows % 2 == 1 ? gaussians(random, rows) : null;
                    check(new Product(w, kernels.apply(w), bias, 0), random);
                }
            }
        }
    }

    private static void check(Product product, Random random) {
        WeightTensor w = product.w();
        float[] x = gaussians(random, MOST * w.columns()); // [MOST, columns]
        float[] expected = new float[MOST * w.rows()]; // [MOST, rows]
        for (int o = 0; o < w.rows(); o++) {
            SpecifiedProduct row = new SpecifiedProduct(w, o);
            for (int r = 0; r < MOST; r++) {
                float y = row.by(x, r * w.columns());
                expected[r * w.rows() + o] = product.bias() == null ? y : y + product.bias()[o];
            }
        }
        for (int n : COUNTS) {
            assertThat(run(product, x, n))
                    .as("%s [%d, %d] by %d rows", w.type(), w.rows(), w.columns(), n)
                    .isEqualTo(Arrays.copyOf(expected, n * w.rows()));
        }
    }

    /** In two shares, as threads may have it; a scratch is used for both. */
    private static float[] run(Product product, float[] x, int n) {
        XRows rows = new XRows(XRows.Arrangement.of(product.w().type()), true);
        rows.take(x, n, product.w().columns());
        float[] y = new float[n * product.w().rows()];
        Scratch own = new Scratch();
        int groups = product.w().groups().count();
        int cut = groups / 2;
        product.run(rows, y, cut, groups, own);
        product.run(rows, y, 0, cut, own);
        return y;
    }

    /** The same weight in pages that hold no group whole. */
    private static WeightTensor cut(Arena arena, WeightTensor whole) {
        int units = whole.groups().unitsOfPiece(PAYLOAD);
        int bytes = units * whole.groups().unitBytes();
        int groupBytes = whole.groups().units() * whole.groups().unitBytes();
        int pieces = whole.groups().pieces(PAYLOAD);
        int pitch = PAYLOAD + 64;
        MemorySegment memory =
                arena.allocate((long) pitch * pieces * whole.groups().count(), 64);
        for (int page = 0; page < pieces * whole.groups().count(); page++) {
            int done = page % pieces * bytes;
            long from = whole.groupOffset(page / pieces) + done;
            int count = Math.min(bytes, groupBytes - done);
            MemorySegment.copy(whole.pages().memory(), from, memory, (long) page * pitch, count);
        }
        Pages pages = new Pages(memory, 0, pitch, PAYLOAD, Long.MAX_VALUE, 0);
        return new WeightTensor(whole.range(), whole.groups(), pages, 0, 0, 0);
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
