package org.pixelllm.pxvm.tokenizer.bpe;

import java.util.Arrays;

/** A growing list of token ids. */
public final class Ids {

    private int[] ids;
    private int size;

    /** An empty list with room for some. */
    public Ids(int capacity) {
        ids = new int[Math.max(16, capacity)];
    }

    /** Adds one at the end. */
    public void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size++] = id;
    }

    /** Adds these at the end. */
    public void addAll(int[] from) {
        for (int id : from) {
            add(id);
        }
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** Puts another in place of one. */
    public void set(int index, int id) {
        ids[index] = id;
    }

    /** All of them, in order. */
    public int[] toArray() {
        return Arrays.copyOf(ids, size);
    }
}
