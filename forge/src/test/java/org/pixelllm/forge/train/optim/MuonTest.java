package org.pixelllm.forge.train.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.simd.PlainArithmetic;
import org.pixelllm.pxvm.executor.simd.VectorArithmetic;
import org.pixelllm.pxvm.program.Dim;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.weights.ElementType;

class MuonTest {

    /** The iterations bring singular values between 0.68 and 1.13, by the quintic's own bounds. */
    @ParameterizedTest
    @CsvSource({"8, 8", "5, 13", "13, 5", "31, 64"})
    void directionsBecomeNearlyOrthogonal(int rows, int columns) {
        Random random = new Random(rows);
        float[] x = new float[rows * columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        for (Arithmetic arithmetic : new Arithmetic[] {new PlainArithmetic(), new VectorArithmetic()}) {
            Orthogonal own = Orthogonal.of(List.of(matrix(rows, columns), matrix(9, 9)), arithmetic);
            System.arraycopy(x, 0, own.matrix(), 0, x.length);
            float[] y = Arrays.copyOf(own.nearest(rows, columns), x.length);
            assertThat(dot(x, y)).as("the direction is kept").isPositive();
            int small = Math.min(rows, columns);
            double[] probe = new Random(1).doubles(small, -1, 1).toArray();
            double before = 0;
            for (double each : probe) {
                before += each * each;
            }
            double ratio = Math.sqrt(squares(y, probe, rows, columns) / before);
            assertThat(ratio).isBetween(0.6, 1.2);
        }
    }

    private static Tensor matrix(int rows, int columns) {
        return new Tensor("w", Role.WEIGHT, ElementType.F32, List.of(Dim.of(rows), Dim.of(columns)));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** The squared length of a vector of the shorter side, multiplied by the matrix. */
    private static double squares(float[] y, double[] probe, int rows, int columns) {
        double sum = 0;
        for (int j = 0; j < Math.max(rows, columns); j++) {
            double each = 0;
            for (int i = 0; i < probe.length; i++) {
                each += probe[i] * (rows <= columns ? y[i * columns + j] : y[j * columns + i]);
            }
            sum += each * each;
        }
        return sum;
    }
}
