package org.pixelllm.pxvm.executor.simd.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;
import org.pixelllm.pxvm.executor.simd.rows.WeightRows;
import org.pixelllm.pxvm.executor.simd.vector.Lanes;
import org.pixelllm.pxvm.executor.simd.vector.Scratch;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;

/** Products of many rows of x, each of whose results has the bits of one row's. */
class ProductTest {

    /** Whole blocks, some of them an odd number, and columns that fill neither a block nor a vector. */
    private static final int[] COLUMNS = {32, 96, 100, 257, 688};

    /** Rows of w: whole groups and tiles, and what is left beside them. */
    private static final int[] ROWS = {1, 5, 18, 47};

    /** Rows of x: one, small tiles only, panels alone, panels and what is left, several panels. */
    private static final int[] COUNTS = {1, 2, 3, 4, 11, 12, 13, 31, 32, 33, 63, 64, 65, 77, 130};

    @ParameterizedTest
    @EnumSource(names = "IDS", mode = EnumSource.Mode.EXCLUDE)
    void eachRowHasTheBitsThatItHasAlone(ElementType type) {
        Assumptions.assumeTrue(SimdExecutor.isAvailable(), "needs the Vector API module");
        Random random = new Random(7);
        try (Arena arena = Arena.ofConfined()) {
            for (int columns : COLUMNS) {
                for (int rows : ROWS) {
                    float[] values = gaussians(random, rows * columns);
                    WeightTensor w = WeightTensor.matrix(arena, type, rows, columns, values);
                    float[] bias = rows == 5 ? gaussians(random, rows) : null;
                    check(new Product(WeightRows.of(w), bias, 0), w, random);
                }
            }
        }
    }

    private static void check(Product product, WeightTensor w, Random random) {
        int columns = w.columns();
        int padded = Lanes.padded(columns);
        Scratch own = Product.scratch(padded);
        int most = COUNTS[COUNTS.length - 1];
        float[] x = new float[most * padded]; // [most, padded]
        float[] sums = new float[most];
        float[] alone = new float[most * w.rows()]; // [most, rows]
        for (int r = 0; r < most; r++) {
            float[] row = gaussians(random, columns);
            System.arraycopy(row, 0, x, r * padded, columns);
            double sum = 0;
            for (float value : row) {
                sum += value;
            }
            sums[r] = (float) sum;
            float[] y = new float[w.rows()];
            product.one(row, y, 0, w.rows(), sums[r], own);
            assertNear(y, row, product, w);
            System.arraycopy(y, 0, alone, r * w.rows(), y.length);
        }
        XPanels panels = new XPanels();
        for (int n : COUNTS) {
            panels.pack(x, XPanels.worth(n), padded);
            float[] y = new float[n * w.rows()];
            int cut = w.rows() / 2;
            product.many(panels, x, n, padded, y, 0, cut, sums, own);
            product.many(panels, x, n, padded, y, cut, w.rows(), sums, own);
            assertThat(y)
                    .as("%s [%d, %d] by %d rows", w.type(), w.rows(), columns, n)
                    .isEqualTo(Arrays.copyOf(alone, y.length));
        }
    }

    /** Against sums in double of the very values. */
    private static void assertNear(float[] y, float[] x, Product product, WeightTensor w) {
        float[] values = w.decode();
        for (int row = 0; row < w.rows(); row++) {
            double sum = product.bias() == null ? 0 : product.bias()[row];
            double size = Math.abs(sum);
            for (int i = 0; i < w.columns(); i++) {
                double each = (double) values[row * w.columns() + i] * x[i];
                sum += each;
                size += Math.abs(each);
            }
            assertThat(Math.abs(y[row] - sum))
                    .as("%s [%d, %d] row %d", w.type(), w.rows(), w.columns(), row)
                    .isLessThanOrEqualTo(2e-6 * size);
        }
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
