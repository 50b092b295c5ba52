package org.pixelllm.pxvm.executor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.simd.vector.FloatMath;

/** The two implementations of the arithmetic give the same bits, and the values that their functions promise. */
class ArithmeticTest {

    /** What rounding and signs of zero may go wrong with. */
    private static final float[] SPECIAL = {
        0,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-30f,
        -1e-30f,
        1e-38f,
        3e38f,
        -3e38f,
        87,
        -87,
        88,
        -88.5f,
        1e10f,
        -1e10f,
        0.625f,
        -0.625f,
        Math.nextDown(0.625f),
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private final Arithmetic plain = new PlainArithmetic();
    private final Arithmetic vector = new VectorArithmetic();
    private final Random random = new Random(7);

    @BeforeAll
    static void needsBoth() {
        assertThat(Form.VECTOR.isAvailable()).as("the Vector API module").isTrue();
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * (random.nextInt(8) == 0 ? 1e-25f : 3);
        }
        return values;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    private static void assertSame(float[] found, float[] expected, String what, Object... words) {
        assertThat(bits(found)).as(what, words).isEqualTo(bits(expected));
    }

    private static int bits(float value) {
        return Float.floatToIntBits(value);
    }

    @Test
    void sumsOfEveryLengthHaveTheSameBits() {
        for (int round = 0; round < 3; round++) {
            for (int count = 0; count < 140; count++) {
                float[] x = values(count + 5);
                float[] y = values(count + 5);
                assertThat(bits(vector.dot(x, 2, y, 5, count)))
                        .as("dot of %d", count)
                        .isEqualTo(bits(plain.dot(x, 2, y, 5, count)));
                assertThat(bits(vector.sum(x, 3, count)))
                        .as("sum of %d", count)
                        .isEqualTo(bits(plain.sum(x, 3, count)));
            }
        }
    }

    /** A product that is too small for a float leaves −0 in a lane, which the zeros that fill up a run turn into 0. */
    @Test
    void zerosHaveTheSameSign() {
        for (int count = 1; count < 40; count++) {
            float[] tiny = new float[count];
            float[] negative = new float[count];
            Arrays.fill(tiny, 1e-40f);
            Arrays.fill(negative, -1e-40f);
            float[] all = new float[1];
            vector.dots(tiny, 0, negative, 0, count, 1, count, all);
            assertThat(bits(plain.dot(tiny, 0, negative, 0, count)))
                    .as("%d", count)
                    .isEqualTo(bits(vector.dot(tiny, 0, negative, 0, count)))
                    .isEqualTo(bits(all[0]));
        }
    }

    @Test
    void dotProductsOfSeveralRowsHaveTheBitsOfEach() {
        for (int count = 1; count < 70; count++) {
            int rows = 1 + random.nextInt(40);
            int step = count + random.nextInt(3);
            float[] a = values(count + 2);
            float[] b = values(rows * step + 4);
            float[] expected = new float[rows];
            float[] found = new float[rows];
            plain.dots(a, 2, b, 4, step, rows, count, expected);
            vector.dots(a, 2, b, 4, step, rows, count, found);
            assertSame(found, expected, "%d rows of %d", rows, count);
            for (int r = 0; r < rows; r++) {
                assertThat(bits(found[r])).isEqualTo(bits(vector.dot(a, 2, b, 4 + r * step, count)));
            }
        }
    }

    @Test
    void mixesHaveTheSameBits() {
        for (int columns = 1; columns < 100; columns++) {
            int rows = 1 + random.nextInt(30);
            int step = columns + random.nextInt(3);
            float[] weights = values(rows);
            float[] x = values(rows * step + 3);
            float[] expected = values(columns + 2);
            float[] found = expected.clone();
            plain.mix(weights, 0, rows, x, 3, step, columns, expected, 1);
            vector.mix(weights, 0, rows, x, 3, step, columns, found, 1);
            assertSame(found, expected, "%d rows of %d", rows, columns);
        }
    }

    /** A function of all elements of an array, in place or not. */
    private interface Function {
        void apply(Arithmetic arithmetic, float[] x, float[] y, int count);
    }

    @Test
    void functionsHaveTheSameBitsWhateverTheirArgument() {
        check((arithmetic, x, y, count) -> arithmetic.sigmoid(x, y, count));
        check((arithmetic, x, y, count) -> arithmetic.silu(x, y, count));
        check((arithmetic, x, y, count) -> arithmetic.geluTanh(x, y, count));
        check((arithmetic, x, y, count) -> arithmetic.softcap(x, y, count, 1));
        check((arithmetic, x, y, count) -> arithmetic.softcap(x, y, count, 30));
        check((arithmetic, x, y, count) -> {
            System.arraycopy(x, 0, y, 0, count);
            y[count] = arithmetic.exponentials(y, 0, count, 2.5f);
        });
    }

    private void check(Function function) {
        for (int count = 1; count < 80; count++) {
            float[] x = values(count + 1);
            for (int i = 0; i < count && count % 3 == 0; i++) {
                x[i] = SPECIAL[random.nextInt(SPECIAL.length)];
            }
            for (int i = 0; i < count && count % 3 == 1; i++) {
                x[i] = Float.intBitsToFloat(random.nextInt());
            }
            float[] expected = new float[count + 1];
            float[] found = new float[count + 1];
            function.apply(plain, x, expected, count);
            function.apply(vector, x, found, count);
            assertSame(found, expected, "%d values", count);
            function.apply(vector, x, x, count);
            x[count] = found[count];
            assertSame(x, expected, "%d values in place", count);
        }
    }

    @Test
    void productsHaveTheSameBits() {
        for (int round = 0; round < 200; round++) {
            int m = 1 + random.nextInt(round % 10 == 0 ? 150 : 25);
            int n = 1 + random.nextInt(round % 10 == 0 ? 200 : 70);
            int k = 1 + random.nextInt(round % 10 == 0 ? 200 : 40);
            int fewerColumns = round % 7 == 0 ? Math.max(1, n - 5) : n;
            int fewerRows = round % 11 == 0 ? Math.max(1, k - 3) : k;
            float[] a = values(m * k);
            float[] b = values(k * n);
            Matrix left = round % 2 == 0 ? Matrix.of(a, k) : Matrix.of(a, m).transposed();
            Matrix right = round % 3 == 0 ? Matrix.of(b, k).transposed() : Matrix.of(b, n);
            float[] expected = values(m * (n + 2) + 1);
            float[] found = expected.clone();
            multiply(plain, m, n, k, fewerColumns, fewerRows, left, right, expected, round % 5 == 0);
            multiply(vector, m, n, k, fewerColumns, fewerRows, left, right, found, round % 5 == 0);
            assertSame(found, expected, "round %d: %d x %d x %d", round, m, n, k);
        }
    }

    private static void multiply(
            Arithmetic arithmetic,
            int m,
            int n,
            int k,
            int columns,
            int rows,
            Matrix left,
            Matrix right,
            float[] result,
            boolean add) {
        Panels panels = new Panels();
        arithmetic.pack(k, n, right, panels);
        arithmetic.multiply(m, columns, rows, left, panels, new Matrix().at(result, 1, n + 2, 1), add);
    }

    @Test
    void functionsAreAsExactAsAFloatAllows() {
        for (float x = -30; x < 30; x += 0.0137f) {
            double exponential = StrictMath.exp(x);
            assertThat((double) FloatMath.exponential(x)).isCloseTo(exponential, within(2e-7 * exponential));
            double tanh = StrictMath.tanh(x);
            assertThat((double) FloatMath.tanh(x)).as("tanh %s", x).isCloseTo(tanh, within(3e-7 * Math.abs(tanh)));
            assertThat((double) FloatMath.silu(x))
                    .as("silu %s", x)
                    .isCloseTo(x / (1 + StrictMath.exp(-x)), within(3e-7 * Math.abs(x)));
            double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
            assertThat((double) FloatMath.geluTanh(x))
                    .as("gelu %s", x)
                    .isCloseTo(x / 2.0 * (1 + StrictMath.tanh(inner)), within(1e-6));
        }
    }
}
