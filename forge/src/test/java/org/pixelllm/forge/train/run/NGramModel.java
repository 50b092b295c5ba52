package org.pixelllm.forge.train.run;

import java.util.HashMap;
import java.util.Map;

/**
 * A character n-gram model to compare with: counts of the longest context down to none, mixed after Witten and Bell
 * (<i>The Zero-Frequency Problem</i>, 1991, method C).
 */
final class NGramModel {

    private final int order;
    private final int vocabulary;
    private final Map<Long, Map<Integer, Integer>> counts = new HashMap<>();

    /**
     * Counts a text.
     *
     * @param order the characters looked at together: 4 for a 4-gram, three before and the one to predict
     */
    NGramModel(int order, int vocabulary, int[] text) {
        this.order = order;
        this.vocabulary = vocabulary;
        for (int at = 0; at < text.length; at++) {
            for (int before = 0; before < order && before <= at; before++) {
                counts.computeIfAbsent(context(text, at, before), key -> new HashMap<>())
                        .merge(text[at], 1, Integer::sum);
            }
        }
    }

    /** The {@code before} characters before a place, and how many they are. */
    private long context(int[] text, int at, int before) {
        long key = before;
        for (int i = at - before; i < at; i++) {
            key = key * vocabulary + text[i];
        }
        return key * order + before;
    }

    /** Bits per character of another text. */
    double bitsPerCharacter(int[] text) {
        double bits = 0;
        for (int at = 0; at < text.length; at++) {
            double p = 1.0 / vocabulary;
            for (int before = 0; before < order && before <= at; before++) {
                Map<Integer, Integer> seen = counts.getOrDefault(context(text, at, before), Map.of());
                double total =
                        seen.values().stream().mapToInt(Integer::intValue).sum();
                double kinds = seen.size();
                if (total > 0) {
                    p = (seen.getOrDefault(text[at], 0) + kinds * p) / (total + kinds);
                }
            }
            bits -= Math.log(p) / Math.log(2);
        }
        return bits / text.length;
    }
}
