package org.pixelllm.pxvm.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    private static final int MOST = 64;

    /** Rounds that follow each other closely, of changing size: a thread must not take an item of one for another's. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyItemIsDoneOnceInItsRound(int threads) {
        Random random = new Random(5);
        AtomicIntegerArray done = new AtomicIntegerArray(MOST);
        int[] expected = new int[MOST];
        try (Workers workers = new Workers(threads)) {
            for (int round = 0; round < 300_000; round++) {
                int items = 1 + random.nextInt(MOST);
                for (int i = 0; i < items; i++) {
                    expected[i]++;
                }
                workers.split(items, 1 + random.nextInt(4), (thread, from, to) -> {
                    if (to > items) {
                        throw new IllegalStateException(to + " of " + items + " items");
                    }
                    for (int i = from; i < to; i++) {
                        done.incrementAndGet(i);
                    }
                });
                if (done.get(items - 1) != expected[items - 1]) {
                    break; // The arrays below show it.
                }
            }
        }
        int[] found = new int[MOST];
        Arrays.setAll(found, done::get);
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void aFailureReachesTheCallerAndTheNextRoundRuns() {
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.split(100, 1, (thread, from, to) -> {
                        if (from == 50) {
                            throw new IllegalArgumentException("item 50");
                        }
                    }))
                    .hasRootCauseMessage("item 50");
            int[] sums = new int[2];
            workers.split(100, 1, (thread, from, to) -> sums[thread] += to - from);
            assertThat(sums[0] + sums[1]).isEqualTo(100);
        }
    }
}
