package org.pixelllm.forge.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextMixtureTest {

    private static final int LENGTH = 5;
    private static final Corpus ONE =
            new Corpus("one", "", 300, IntStream.range(0, 300).toArray());
    private static final Corpus TWO =
            new Corpus("two", "", 200, IntStream.range(1000, 1100).toArray());

    private static int[] draw(TextMixture mix, long seed, long number) {
        int[] ids = new int[LENGTH];
        int[] targets = new int[LENGTH];
        mix.draw(seed, number, ids, targets, 0, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            assertThat(targets[i]).isEqualTo(ids[i] + 1);
            assertThat(ids[i]).isEqualTo(ids[0] + i);
        }
        return ids;
    }

    private static double shareOfTwo(TextMixture mix) {
        return IntStream.range(0, 20_000)
                        .filter(number -> draw(mix, 3, number)[0] >= 1000)
                        .count()
                / 20_000.0;
    }

    @Test
    void windowsAreDrawnBySharesOrByLength() {
        assertThat(shareOfTwo(new TextMixture(List.of(ONE, TWO), null))).isCloseTo(0.25, within(0.01));
        assertThat(shareOfTwo(new TextMixture(List.of(ONE, TWO), new double[] {1, 4})))
                .isCloseTo(0.8, within(0.01));
    }

    @Test
    void aWindowDependsOnSeedAndNumberAlone() {
        TextMixture mix = new TextMixture(List.of(ONE, TWO), null);
        assertThat(draw(mix, 5, 123_456_789_012L))
                .isEqualTo(draw(new TextMixture(List.of(ONE, TWO), null), 5, 123_456_789_012L));
        long same = IntStream.range(0, 1000)
                .filter(number -> Arrays.equals(draw(mix, 5, number), draw(mix, 6, number)))
                .count();
        assertThat(same).isLessThan(20);
    }

    @Test
    void everyPlaceIsDrawnTheFirstAndTheLastToo() {
        TextMixture mix = new TextMixture(List.of(TWO), null);
        int[] starts = IntStream.range(0, 5000)
                .map(number -> draw(mix, 1, number)[0])
                .distinct()
                .sorted()
                .toArray();
        assertThat(starts).hasSize(100 - LENGTH).startsWith(1000).endsWith(1099 - LENGTH);
    }

    @Test
    void charactersPerTokenAreThoseOfTheMix() {
        assertThat(new TextMixture(List.of(ONE, TWO), new double[] {1, 3}).charactersPerToken())
                .isEqualTo(1.75);
    }
}
