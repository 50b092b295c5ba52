package org.pixelllm.protocol.images;

/** Picks the highest of many values with a heap of k ids: O(n log k), nothing boxed. */
public final class TopK {

    private final float[] values;
    private final int[] heap; // the worst of those kept is at 0
    private int size;

    private TopK(float[] values, int k) {
        this.values = values;
        this.heap = new int[k];
    }

    /**
     * The indices of the {@code k} highest values, highest first, equal ones by the lower index.
     *
     * @param values no NaN among them
     * @param k 1 to the number of values
     */
    public static int[] of(float[] values, int k) {
        TopK top = new TopK(values, k);
        for (int i = 0; i < values.length; i++) {
            top.offer(i);
        }
        for (int end = k - 1; end > 0; end--) {
            int worst = top.heap[0];
            int last = top.heap[end];
            top.size = end;
            top.sink(last);
            top.heap[end] = worst;
        }
        return top.heap;
    }

    private void offer(int i) {
        if (size < heap.length) {
            rise(i);
        } else if (isWorse(heap[0], i)) {
            sink(i);
        }
    }

    private boolean isWorse(int a, int b) {
        return values[a] < values[b] || (values[a] == values[b] && a > b);
    }

    private void rise(int i) {
        int at = size++;
        while (at > 0 && isWorse(i, heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = i;
    }

    /** Puts {@code i} in the place of the root. */
    private void sink(int i) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isWorse(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isWorse(heap[child], i)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = i;
    }
}
