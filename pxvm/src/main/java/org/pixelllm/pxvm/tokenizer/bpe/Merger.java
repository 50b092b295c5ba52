package org.pixelllm.pxvm.tokenizer.bpe;

/**
 * Byte-pair encoding of one stretch of text: again and again the pair of lowest rank becomes one token, the leftmost
 * where ranks are equal, until no pair is in the table. Gage 1994, Sennrich et al. 2016. A heap of candidates makes it
 * n log n, where a scan for every merge would be quadratic.
 */
public final class Merger {

    private static final int END = -1;

    private Merger() {}

    /**
     * Adds the tokens of a stretch to a list.
     *
     * @param ids its smallest tokens; overwritten
     * @param count how many of them
     */
    public static void merge(int[] ids, int count, MergeTable table, Ids to) {
        int[] next = new int[count];
        int[] previous = new int[count];
        // A candidate is rank << 32 | position of the left token: the smallest is the one to merge.
        LongHeap candidates = new LongHeap(count);
        for (int i = 0; i < count; i++) {
            previous[i] = i - 1;
            next[i] = i + 1 < count ? i + 1 : END;
            if (i > 0) {
                propose(ids, i - 1, i, table, candidates);
            }
        }
        while (!candidates.isEmpty()) {
            long candidate = candidates.take();
            int left = (int) candidate;
            int right = ids[left] == END ? END : next[left];
            if (right == END) {
                continue;
            }
            long found = table.find(ids[left], ids[right]);
            // Its tokens may have been merged with others since it was proposed.
            if (found == MergeTable.NONE || MergeTable.rank(found) != (int) (candidate >>> 32)) {
                continue;
            }
            ids[left] = MergeTable.merged(found);
            ids[right] = END;
            next[left] = next[right];
            if (next[left] != END) {
                previous[next[left]] = left;
                propose(ids, left, next[left], table, candidates);
            }
            if (previous[left] != END) {
                propose(ids, previous[left], left, table, candidates);
            }
        }
        for (int i = count == 0 ? END : 0; i != END; i = next[i]) {
            to.add(ids[i]);
        }
    }

    private static void propose(int[] ids, int left, int right, MergeTable table, LongHeap candidates) {
        long found = table.find(ids[left], ids[right]);
        if (found != MergeTable.NONE) {
            candidates.add((long) MergeTable.rank(found) << 32 | left);
        }
    }
}
