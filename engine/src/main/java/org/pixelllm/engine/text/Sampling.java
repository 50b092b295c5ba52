package org.pixelllm.engine.text;

/**
 * How the next token is chosen. In this order: tokens among the last {@value Sampler#REPEAT_WINDOW} are made less likely;
 * the k likeliest stay; of these, as many of the likeliest as together have the probability top-p; of these, those at
 * least min-p times as likely as the likeliest; the temperature flattens or sharpens what is left; one draw decides.
 *
 * @param temperature 0 takes the likeliest token, whatever top-k, top-p, min-p and the seed are; else up to 100
 * @param topK how many of the likeliest tokens may be drawn; 0 for all
 * @param topP the probability that these have together, above 0; 1 for all
 * @param minP the least share of the highest probability, 0 to 1; 0 for all
 * @param repeatPenalty divides the positive logits of repeated tokens and multiplies the negative; 1 for none, up to 100
 * @param seed the same seed draws the same tokens
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repeatPenalty, long seed) {

    private static final double MOST = 100;

    public Sampling {
        require(temperature >= 0 && temperature <= MOST, "temperature", "0 to 100", temperature);
        require(topK >= 0, "top-k", "0 or more", topK);
        require(topP > 0 && topP <= 1, "top-p", "above 0, to 1", topP);
        require(minP >= 0 && minP <= 1, "min-p", "0 to 1", minP);
        require(repeatPenalty > 0 && repeatPenalty <= MOST, "repeat-penalty", "above 0, to 100", repeatPenalty);
    }

    private static void require(boolean fits, String name, String expected, double found) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "--" + name + ": expected " + expected + ", found " + number(found) + ".");
        }
    }

    /** Always the likeliest token. */
    public static Sampling greedy() {
        return new Sampling(0, 0, 1, 0, 1, 0);
    }

    /** What suits most models. */
    public static Sampling usual(long seed) {
        return new Sampling(0.8, 40, 0.95, 0, 1, seed);
    }

    /** The settings, without the seed: {@code temperature 0.8, top-k 40, top-p 0.95, min-p 0, repeat-penalty 1}. */
    public String words() {
        String penalty = "repeat-penalty " + number(repeatPenalty);
        return temperature == 0
                ? "greedy, " + penalty
                : "temperature " + number(temperature) + ", top-k " + topK + ", top-p " + number(topP) + ", min-p "
                        + number(minP) + ", " + penalty;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
