package org.pixelllm.pxvm.executor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pixelllm.pxvm.program.Operation.Rope;
import org.pixelllm.pxvm.weights.Weights;

/**
 * Rotary positions (Su et al., <i>RoFormer</i>, 2021): how far each pair of a head turns at a position. Angles are
 * computed once for each position and kept. Not safe for use by several threads at once.
 */
public final class Rotation {

    /** The most numbers that are kept: 64 MiB. Angles beyond are computed each time. */
    private static final long MAX_KEPT = 1L << 24;

    private static final float[] NO_FACTORS = {};

    private final int head;
    private final int dims;
    private final boolean halves;
    private final double[] frequencies; // radians for each position, by pair // [dims / 2]
    private final double[] lengths; // of what is turned, by pair; 1 where nothing else is asked for // [dims / 2]
    private @Nullable float[][] turns = new float[0][]; // by position: cosines, then sines // [dims]
    private final float[] last; // where those that are not kept are computed // [dims]

    private Rotation(int head, int dims, boolean halves, double[] frequencies, double[] lengths) {
        this.head = head;
        this.dims = dims;
        this.halves = halves;
        this.frequencies = frequencies;
        this.lengths = lengths;
        this.last = new float[dims];
    }

    /**
     * The rotation that a rope instruction describes.
     *
     * @param weights the program's
     */
    public static Rotation of(Rope in, Weights weights) {
        return of(in, in.hasFactors() ? weights.get(in.factors()).decode() : NO_FACTORS);
    }

    /**
     * The same.
     *
     * @param factors what each pair's frequency is divided by, then what its cosine and sine are multiplied by; not read
     *     where the instruction has none // [2, dims / 2]
     */
    public static Rotation of(Rope in, float[] factors) {
        int dims = in.dims();
        double theta = in.theta();
        double factor = in.factor();
        double low = in.low();
        double high = in.high();
        double original = in.original();
        int pairs = dims / 2;
        double[] frequencies = new double[pairs];
        double[] lengths = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            double frequency = StrictMath.pow(theta, -2.0 * i / dims);
            frequencies[i] = original > 0 ? llama3(frequency, factor, low, high, original) : frequency / factor;
            lengths[i] = 1;
            if (in.hasFactors()) {
                frequencies[i] /= factors[i];
                lengths[i] = factors[pairs + i];
            }
        }
        return new Rotation(in.head(), dims, in.halves() == 1, frequencies, lengths);
    }

    /** Llama 3's stretch: short waves stay, long ones are divided by the factor, those between are blended. */
    private static double llama3(double frequency, double factor, double low, double high, double original) {
        double waves = original * frequency / (2 * StrictMath.PI);
        if (waves > high) {
            return frequency;
        }
        if (waves < low) {
            return frequency / factor;
        }
        double blend = (waves - low) / (high - low);
        return (1 - blend) * frequency / factor + blend * frequency;
    }

    /** Cosines, then sines, of the pairs' angles at a position, times the pairs' lengths, valid until the next call; not to be changed // [dims] */
    public float[] at(int position) {
        if ((position + 1L) * dims > MAX_KEPT) {
            compute(position, last);
            return last;
        }
        if (position >= turns.length) {
            turns = Arrays.copyOf(turns, Math.max(position + 1, 2 * turns.length));
        }
        float[] kept = turns[position];
        if (kept == null) {
            kept = new float[dims];
            compute(position, kept);
            turns[position] = kept;
        }
        return kept;
    }

    private void compute(int position, float[] to) {
        for (int i = 0; i < frequencies.length; i++) {
            double angle = position * frequencies[i];
            to[i] = (float) (lengths[i] * StrictMath.cos(angle));
            to[dims / 2 + i] = (float) (lengths[i] * StrictMath.sin(angle));
        }
    }

    /**
     * Turns a row of whole heads.
     *
     * @param x the row's elements, from {@code at}
     * @param y receives the turned row at the same place; not x
     * @param columns elements of the row
     * @param direction 1, or −1 to turn back
     */
    public void turn(int position, float[] x, float[] y, int at, int columns, int direction) {
        float[] angles = at(position);
        int pairs = dims / 2;
        int apart = halves ? pairs : 1;
        int step = halves ? 1 : 2;
        System.arraycopy(x, at, y, at, columns);
        for (int base = at; base < at + columns; base += head) {
            for (int i = 0; i < pairs; i++) {
                int first = base + i * step;
                float cos = angles[i];
                float sin = direction * angles[pairs + i];
                float a = x[first];
                float b = x[first + apart];
                y[first] = a * cos - b * sin;
                y[first + apart] = a * sin + b * cos;
            }
        }
    }
}
