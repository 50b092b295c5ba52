package org.pixelllm.pxvm.tokenizer;

import java.util.Arrays;

/** A growing list of token ids. */
final class Ids {

    private int[] ids;
    private int size;

    Ids(int capacity) {
        ids = new int[Math.max(16, capacity)];
    }

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size++] = id;
    }

    void addAll(int[] from) {
        for (int id : from) {
            add(id);
        }
    }

    int[] toArray() {
        return Arrays.copyOf(ids, size);
    }
}
