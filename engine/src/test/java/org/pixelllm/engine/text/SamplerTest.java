package org.pixelllm.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {

    private static final int[] NONE = {};

    /** Logits of these probabilities. */
    private static float[] logits(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }

    /** How often each id is drawn of 20,000 draws. */
    private static double[] shares(Sampling sampling, float[] logits) {
        Sampler sampler = new Sampler(sampling);
        double[] shares = new double[logits.length];
        for (int draw = 0; draw < 20_000; draw++) {
            shares[sampler.choose(logits, NONE, draw)] += 1 / 20_000.0;
        }
        return shares;
    }

    private static void assertShares(double[] found, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            Offset<Double> tolerance = Offset.offset(expected[i] == 0 ? 0 : 0.015);
            assertThat(found[i]).as("id %d of %s", i, Arrays.toString(found)).isCloseTo(expected[i], tolerance);
        }
    }

    @Test
    void tokensComeAsOftenAsTheyAreProbable() {
        float[] logits = logits(0.1, 0.4, 0.2, 0.3);
        assertShares(shares(new Sampling(1, 0, 1, 0, 1, 5), logits), 0.1, 0.4, 0.2, 0.3);
    }

    @Test
    void temperatureSharpensAndFlattens() {
        float[] logits = logits(0.8, 0.2);
        assertShares(shares(new Sampling(0.5, 0, 1, 0, 1, 1), logits), 16 / 17.0, 1 / 17.0);
        assertShares(shares(new Sampling(2, 0, 1, 0, 1, 1), logits), 2 / 3.0, 1 / 3.0);
        assertShares(shares(new Sampling(1e-300, 0, 1, 0, 1, 1), logits), 1, 0);
    }

    @Test
    void topKKeepsTheLikeliest() {
        float[] logits = logits(0.1, 0.4, 0.2, 0.3);
        assertShares(shares(new Sampling(1, 2, 1, 0, 1, 2), logits), 0, 4 / 7.0, 0, 3 / 7.0);
        assertShares(shares(new Sampling(1, 1, 1, 0, 1, 2), logits), 0, 1, 0, 0);
        assertShares(shares(new Sampling(1, 99, 1, 0, 1, 2), logits), 0.1, 0.4, 0.2, 0.3);
    }

    @Test
    void topPKeepsTheFewestThatTogetherHaveIt() {
        float[] logits = logits(0.1, 0.4, 0.2, 0.3);
        assertShares(shares(new Sampling(1, 0, 0.65, 0, 1, 3), logits), 0, 4 / 7.0, 0, 3 / 7.0);
        assertShares(shares(new Sampling(1, 0, 0.75, 0, 1, 3), logits), 0, 4 / 9.0, 2 / 9.0, 3 / 9.0);
        assertShares(shares(new Sampling(1, 0, 1e-9, 0, 1, 3), logits), 0, 1, 0, 0);
        // of what top-k left, not of all: 0.4 is more than a half of 0.7
        assertShares(shares(new Sampling(1, 2, 0.55, 0, 1, 3), logits), 0, 1, 0, 0);
    }

    @Test
    void minPIsAShareOfTheHighest() {
        float[] logits = logits(0.1, 0.4, 0.2, 0.3);
        assertShares(shares(new Sampling(1, 0, 1, 0.4, 1, 4), logits), 0, 4 / 9.0, 2 / 9.0, 3 / 9.0);
        assertShares(shares(new Sampling(1, 0, 1, 1, 1, 4), logits), 0, 1, 0, 0);
        // judged before the temperature, which would lift 0.1 above 0.4 of the highest
        assertShares(shares(new Sampling(100, 0, 1, 0.4, 1, 4), logits), 0, 1 / 3.0, 1 / 3.0, 1 / 3.0);
    }

    @Test
    void greedyTakesTheHighestAndTheLowerOfEquals() {
        Sampler greedy = new Sampler(Sampling.greedy());
        assertThat(greedy.choose(new float[] {1, 3, 2, 3}, NONE, 0)).isEqualTo(1);
        assertThat(greedy.choose(new float[] {-3, -1, -1}, NONE, 9)).isEqualTo(1);
        Sampler seeded = new Sampler(new Sampling(0, 1, 0.1, 1, 1, 77));
        assertThat(seeded.choose(new float[] {1, 3, 2, 3}, NONE, 5)).isEqualTo(1);
    }

    @Test
    void repeatedTokensLoseWhateverTheirSignAndOnce() {
        Sampler sampler = new Sampler(new Sampling(0, 0, 1, 0, 2, 0));
        float[] logits = {4, 3, -1};
        assertThat(sampler.choose(logits, NONE, 0)).isZero();
        assertThat(sampler.choose(logits, new int[] {0}, 0)).isEqualTo(1);
        // once: 4/2 is more than 1.5; twice would be less
        assertThat(sampler.choose(new float[] {4, 1.5f}, new int[] {0, 0, 0}, 0))
                .isZero();
        assertThat(sampler.choose(new float[] {-1, -1.5f}, new int[] {0}, 0)).isEqualTo(1);
        assertThat(logits).containsExactly(4, 3, -1);
        int[] longAgo = new int[Sampler.REPEAT_WINDOW + 1];
        Arrays.fill(longAgo, 1, longAgo.length, 2);
        assertThat(sampler.choose(logits, longAgo, 0)).isZero();
    }

    @Test
    void aDrawDependsOnSeedAndNumberAlone() {
        Sampling sampling = new Sampling(1, 0, 1, 0, 1, 123);
        float[] logits = new float[1000];
        int[] forwards = IntStream.range(0, 100)
                .map(draw -> new Sampler(sampling).choose(logits, NONE, draw))
                .toArray();
        Sampler one = new Sampler(sampling);
        for (int draw = 99; draw >= 0; draw--) {
            assertThat(one.choose(logits, NONE, draw)).isEqualTo(forwards[draw]);
        }
        Sampler other = new Sampler(new Sampling(1, 0, 1, 0, 1, 124));
        assertThat(IntStream.range(0, 100).map(draw -> other.choose(logits, NONE, draw)))
                .isNotEqualTo(Arrays.stream(forwards).boxed().toList());
        // pinned: a seed written down today draws the same tomorrow
        assertThat(Sampler.uniform(0, 0)).isEqualTo(0.8833108082136426);
        assertThat(Sampler.uniform(-1, 7)).isBetween(0.0, 0.9999999999999999);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 1, 0, 1, --temperature",
        "NaN, 0, 1, 0, 1, --temperature",
        "101, 0, 1, 0, 1, --temperature",
        "1, -1, 1, 0, 1, --top-k",
        "1, 0, 0, 0, 1, --top-p",
        "1, 0, 1.1, 0, 1, --top-p",
        "1, 0, 1, -0.1, 1, --min-p",
        "1, 0, 1, NaN, 1, --min-p",
        "1, 0, 1, 0, 0, --repeat-penalty",
    })
    void whatIsOutOfRangeIsNamed(double temperature, int k, double p, double min, double penalty, String name) {
        assertThatThrownBy(() -> new Sampling(temperature, k, p, min, penalty, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": expected ");
    }

    @Test
    void settingsAreSaidInWords() {
        assertThat(Sampling.usual(3).words())
                .isEqualTo("temperature 0.8, top-k 40, top-p 0.95, min-p 0, repeat-penalty 1");
        assertThat(Sampling.greedy().words()).isEqualTo("greedy, repeat-penalty 1");
    }
}
