package org.pixelllm.pxvm.executor.expert;

import java.util.Arrays;

/**
 * The rows of a step by the experts that they go to, so that an expert's weights are read once for all of them. A pair is a
 * row and one of the k experts that it chose: number {@code row · k + slot}. Not safe for use by several threads at once.
 */
public final class Routing {

    private final int k;
    private final int[] counts; // of the pairs of each expert, zero between two calls // [experts]
    private int[] pairs = {}; // by expert, in reading order
    private int[] chosen = {}; // the experts that have pairs, in ascending order
    private int[] firsts = {}; // where each of these has its first pair, and the end
    private int experts;

    /** Routes to k of so many experts. */
    public Routing(int experts, int k) {
        this.k = k;
        this.counts = new int[experts];
    }

    /**
     * Sorts the pairs of a step.
     *
     * @param route k numbers of experts and k weights for each row // [rows, 2·k]
     */
    public void take(float[] route, int rows) {
        int all = rows * k;
        if (pairs.length < all) {
            pairs = new int[all];
        }
        for (int pair = 0; pair < all; pair++) {
            counts[expert(route, pair)]++;
        }
        experts = 0;
        for (int count : counts) {
            experts += count > 0 ? 1 : 0;
        }
        if (chosen.length < experts) {
            chosen = new int[experts];
            firsts = new int[experts + 1];
        }
        int first = 0;
        for (int expert = 0, c = 0; expert < counts.length; expert++) {
            if (counts[expert] > 0) {
                chosen[c] = expert;
                firsts[c++] = first;
                first += counts[expert];
                counts[expert] = first - counts[expert];
            }
        }
        firsts[experts] = first;
        for (int pair = 0; pair < all; pair++) {
            pairs[counts[expert(route, pair)]++] = pair;
        }
        Arrays.fill(counts, 0);
    }

    private int expert(float[] route, int pair) {
        return (int) route[pair / k * 2 * k + pair % k];
    }

    /** How many experts were chosen by a row at least. */
    public int experts() {
        return experts;
    }

    /** The number of one of them. */
    public int expert(int index) {
        return chosen[index];
    }

    /** How many pairs one of them has. */
    public int count(int index) {
        return firsts[index + 1] - firsts[index];
    }

    /** One of these pairs. */
    public int pair(int index, int which) {
        return pairs[firsts[index] + which];
    }

    /**
     * Copies what one of the experts is multiplied by.
     *
     * @param x // [rows, columns]
     * @param columns {@code inputs}, the same for all experts of a row; or {@code k · inputs}, the slot's own
     * @param to receives the pairs' rows // [count, inputs]
     */
    public void gather(int index, float[] x, int columns, int inputs, float[] to) {
        for (int i = 0; i < count(index); i++) {
            int pair = pair(index, i);
            int from = columns == inputs ? pair / k * inputs : pair * inputs;
            System.arraycopy(x, from, to, i * inputs, inputs);
        }
    }

    /**
     * Puts what one of the experts gave into its places.
     *
     * @param from // [count, columns]
     * @param skip columns before the expert's outputs
     * @param y // [rows, k · outputs]
     */
    public void scatter(int index, float[] from, int columns, int skip, int outputs, float[] y) {
        for (int i = 0; i < count(index); i++) {
            System.arraycopy(from, i * columns + skip, y, pair(index, i) * outputs, outputs);
        }
    }
}
