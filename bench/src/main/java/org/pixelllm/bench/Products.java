package org.pixelllm.bench;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.pixelllm.pxvm.executor.simd.Form;
import org.pixelllm.pxvm.executor.simd.product.Kernels;
import org.pixelllm.pxvm.executor.simd.product.Product;
import org.pixelllm.pxvm.executor.simd.product.Scratch;
import org.pixelllm.pxvm.executor.simd.product.XRows;
import org.pixelllm.pxvm.executor.simd.rows.VectorKernels;
import org.pixelllm.pxvm.executor.simd.scalar.ScalarKernels;
import org.pixelllm.pxvm.weights.ElementType;
import org.pixelllm.pxvm.weights.WeightTensor;

/**
 * Products of each weight type by one row of x and by many, on one thread. The processor's peak is measured in turns with
 * each of them: what else the machine does then slows both. All are warmed up before any is measured.
 */
public final class Products {

    private static final String USAGE = "bench/products [-s] [-n ROWS,…] [OUTPUTSxCOLUMNS | TYPE]…";
    private static final double GIGA = 1e9;
    private static final double OPERATIONS_A_SAMPLE = 4e6;
    private static final double WARM_UP_SECONDS = 0.3;
    private static final double SECONDS = 0.4;

    /** Until the optimizing compiler is done, each lane operation is a call: what is slower than a part of the peak is that. */
    private static final double COMPILED = 15;

    private static final double MOST_SECONDS = 20;

    private record Shape(int outputs, int columns) {}

    private final List<ElementType> types = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>();
    private int[] counts = {1, 3, 24, 25, 27, 30, 96};
    private Form form = Form.VECTOR;
    private final Peak peak = new Peak();

    private Products(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String word = arguments[i];
            ElementType type = ElementType.ofWord(word);
            if (word.equals("-s")) {
                form = Form.SCALAR;
            } else if (word.equals("-n") && i + 1 < arguments.length) {
                counts = numbers(arguments[++i], ",");
            } else if (type != null && type.isWeightType()) {
                types.add(type);
            } else {
                int[] sides = numbers(word, "x");
                if (sides.length != 2) {
                    throw new IllegalArgumentException(USAGE);
                }
                shapes.add(new Shape(sides[0], sides[1]));
            }
        }
        if (shapes.isEmpty()) {
            shapes.addAll(List.of(new Shape(256, 256), new Shape(768, 256), new Shape(768, 768)));
        }
        if (types.isEmpty()) {
            types.addAll(List.of(ElementType.values()));
            types.removeIf(type -> !type.isWeightType());
        }
    }

    private static int[] numbers(String word, String separator) {
        String[] parts = word.split(separator, -1);
        int[] numbers = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Integer.parseInt(parts[i]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(USAGE, e);
            }
            if (numbers[i] < 1) {
                throw new IllegalArgumentException(USAGE);
            }
        }
        return numbers;
    }

    /** Reads the options and measures. */
    public static void main(String[] arguments) throws InterruptedException {
        CommandLine.run(() -> {
            Products products = new Products(arguments);
            products.warmUp();
            products.measure();
        });
    }

    /** Every kernel, by one row and by many. */
    private void warmUp() {
        for (ElementType type : types) {
            try (Arena arena = Arena.ofConfined()) {
                WeightTensor w = weight(arena, type, shapes.getFirst());
                measure(w, 1, WARM_UP_SECONDS);
                measure(w, 24, WARM_UP_SECONDS);
            }
        }
    }

    private void measure() {
        System.out.println("GFLOP/s of one thread, and the share of the peak measured in turns with it, by rows of x");
        for (Shape shape : shapes) {
            System.out.printf(Locale.ROOT, "%n%d x %d%n%-8s", shape.outputs, shape.columns, "");
            for (int n : counts) {
                System.out.printf(Locale.ROOT, "%12d", n);
            }
            System.out.println();
            for (ElementType type : types) {
                try (Arena arena = Arena.ofConfined()) {
                    WeightTensor w = weight(arena, type, shape);
                    System.out.printf("%-8s", type.word());
                    for (int n : counts) {
                        System.out.print(measure(w, n, SECONDS));
                    }
                    System.out.println();
                }
            }
        }
    }

    private static WeightTensor weight(Arena arena, ElementType type, Shape shape) {
        float[] values = random(shape.outputs * shape.columns);
        return WeightTensor.matrix(arena, type, shape.outputs, shape.columns, values);
    }

    /** The shortest sample of each: what only held it up does not count. */
    private String measure(WeightTensor w, int n, double seconds) {
        Kernels kernels = switch (form) {
            case VECTOR -> VectorKernels.of(w);
            case SCALAR -> ScalarKernels.of(w);
        };
        Product product = new Product(w, kernels, null, 0);
        XRows rows = new XRows(XRows.Arrangement.of(w.type()), form == Form.VECTOR);
        float[] x = random(n * w.columns());
        float[] y = new float[n * w.rows()];
        Scratch own = new Scratch();
        double operations = 2.0 * n * w.rows() * w.columns();
        int times = (int) Math.max(1, OPERATIONS_A_SAMPLE / operations);
        double best = Double.MAX_VALUE;
        double bestPeak = Double.MAX_VALUE;
        long begin = System.nanoTime();
        long end = begin;
        do {
            long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
                rows.take(x, n, w.columns());
                product.run(rows, y, 0, w.groups().count(), own);
            }
            long middle = System.nanoTime();
            peak.run();
            best = Math.min(best, (middle - start) / (double) times);
            bestPeak = Math.min(bestPeak, (double) (System.nanoTime() - middle));
            boolean isCompiled = form == Form.SCALAR || best * Peak.operations() < operations * bestPeak * COMPILED;
            if (end == begin && (isCompiled || middle - begin > MOST_SECONDS * GIGA)) {
                end = System.nanoTime() + (long) (seconds * GIGA);
            }
        } while (end == begin || System.nanoTime() < end);
        double speed = operations / best;
        return String.format(Locale.ROOT, "%7.1f %3.0f%%", speed, 100 * speed * bestPeak / Peak.operations());
    }

    private static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
