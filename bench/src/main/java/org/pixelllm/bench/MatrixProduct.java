package org.pixelllm.bench;

import java.util.Random;
import java.util.function.Supplier;
import org.pixelllm.pxvm.executor.Arithmetic;
import org.pixelllm.pxvm.executor.Arithmetic.Matrix;
import org.pixelllm.pxvm.executor.Arithmetic.Panels;
import org.pixelllm.pxvm.executor.Workers;

/** A large product of an arithmetic, one after the other on every thread, its right operand made ready before. */
final class MatrixProduct {

    private static final double NANOS = 1e9;

    private final int m;
    private final int n;
    private final int k;
    private final Workers workers;
    private final Arithmetic[] arithmetics; // of each thread, as the others
    private final Matrix[] a; // [m, k]
    private final Panels[] b; // [k, n]
    private final Matrix[] c; // [m, n]

    MatrixProduct(int m, int n, int k, Supplier<Arithmetic> arithmetic, Workers workers) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.workers = workers;
        int threads = workers.count();
        arithmetics = new Arithmetic[threads];
        a = new Matrix[threads];
        b = new Panels[threads];
        c = new Matrix[threads];
        for (int thread = 0; thread < threads; thread++) {
            arithmetics[thread] = arithmetic.get();
            a[thread] = random(m, k);
            b[thread] = new Panels();
            arithmetics[thread].pack(k, n, random(k, n), b[thread]);
            c[thread] = random(m, n);
        }
    }

    private static Matrix random(int rows, int columns) {
        Random random = new Random(rows);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return Matrix.of(values, columns);
    }

    /** Multiplications and additions a second, over all threads, for about this long. */
    double perSecond(double seconds) {
        int products = workers.count();
        while (true) {
            long start = System.nanoTime();
            workers.split(products, 1, this::multiply);
            double taken = (System.nanoTime() - start) / NANOS;
            if (taken >= seconds / 2) {
                return 2.0 * m * n * k * products / taken;
            }
            products = (int) Math.min(products * 10L, Math.max(products + 1L, (long) (products * seconds / taken)));
        }
    }

    private void multiply(int thread, int from, int to) {
        for (int product = from; product < to; product++) {
            arithmetics[thread].multiply(m, n, k, a[thread], b[thread], c[thread], false);
        }
    }
}
