package org.pixelllm.pxvm.tokenizer.bpe;

import java.util.Arrays;

/**
 * Which pairs of neighbouring tokens become one, and in what order: a hash table from a pair to its rank and to the id
 * that it becomes. A lower rank is merged first.
 */
public final class MergeTable {

    /** The most pairs: several times what the largest known vocabularies have. */
    public static final int MAX_PAIRS = 1 << 22;

    /** What {@link #find} gives where the pair is never merged. */
    public static final long NONE = -1;

    private static final long EMPTY = -1;

    private long[] keys = emptyKeys(1 << 10);
    private long[] values = new long[1 << 10];
    private int size;

    /**
     * Adds a pair.
     *
     * @return false where it was there, and stays as it was
     */
    public boolean add(int left, int right, int rank, int merged) {
        if (2 * size >= keys.length) {
            grow();
        }
        long key = key(left, right);
        int at = slot(key);
        if (keys[at] == key) {
            return false;
        }
        keys[at] = key;
        values[at] = (long) rank << 32 | merged;
        size++;
        return true;
    }

    /** How many pairs there are. */
    public int size() {
        return size;
    }

    /** The rank in the upper 32 bits and the merged id in the lower ones, or {@link #NONE}. */
    public long find(int left, int right) {
        int at = slot(key(left, right));
        return keys[at] == EMPTY ? NONE : values[at];
    }

    static int rank(long found) {
        return (int) (found >>> 32);
    }

    /** The merged id of what was found. */
    public static int merged(long found) {
        return (int) found;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    /** Where the key is, or the empty place where it would be. */
    private int slot(long key) {
        long hash = key * 0x9E3779B97F4A7C15L;
        int mask = keys.length - 1;
        int at = (int) (hash ^ hash >>> 32) & mask;
        while (keys[at] != EMPTY && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = emptyKeys(2 * oldKeys.length);
        values = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    private static long[] emptyKeys(int length) {
        long[] keys = new long[length];
        Arrays.fill(keys, EMPTY);
        return keys;
    }
}
