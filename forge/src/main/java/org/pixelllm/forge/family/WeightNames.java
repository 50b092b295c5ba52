package org.pixelllm.forge.family;

/** What weights are called in the programs of language models; those of a layer follow {@link #layer}. */
public final class WeightNames {

    public static final String EMBED = "embed";
    public static final String POSITION = "position";
    public static final String ATTENTION_NORM = "attention_norm";
    public static final String Q = "q";
    public static final String K = "k";
    public static final String V = "v";
    public static final String O = "o";
    public static final String Q_NORM = "q_norm";
    public static final String K_NORM = "k_norm";
    public static final String ATTENTION_POST_NORM = "attention_post_norm";
    public static final String FEED_NORM = "feed_norm";
    public static final String GATE = "gate";
    public static final String UP = "up";
    public static final String DOWN = "down";
    public static final String FEED_POST_NORM = "feed_post_norm";
    public static final String NORM = "norm";
    public static final String OUT = "out";

    /** Factors of rotary positions, one for each pair // [2, pairs] */
    public static final String ROPE_FACTORS = "rope_factors";

    /** What chooses the experts // [experts, dim] */
    public static final String ROUTER = "router";

    /** The experts' matrices, one below the other // [experts · hidden, dim], and down [experts · dim, hidden] */
    public static final String EXPERTS_GATE = "experts_gate";

    public static final String EXPERTS_UP = "experts_up";
    public static final String EXPERTS_DOWN = "experts_down";

    /** The expert that all tokens pass, and what weights it // [1, dim] */
    public static final String SHARED_ROUTER = "shared_router";

    public static final String SHARED_GATE = "shared_gate";
    public static final String SHARED_UP = "shared_up";
    public static final String SHARED_DOWN = "shared_down";

    private static final String BIAS = "_bias";

    private WeightNames() {}

    /** The prefix of a layer's weights. */
    public static String layer(int index) {
        return "layers." + index + ".";
    }

    /** The bias that goes with a weight. */
    public static String bias(String weight) {
        return weight + BIAS;
    }

    /** Whether a name is that of a bias. */
    public static boolean isBias(String name) {
        return name.endsWith(BIAS);
    }

    /** The weight that a bias goes with. */
    public static String withoutBias(String name) {
        return isBias(name) ? name.substring(0, name.length() - BIAS.length()) : name;
    }
}
