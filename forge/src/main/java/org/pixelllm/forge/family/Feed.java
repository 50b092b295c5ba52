package org.pixelllm.forge.family;

import org.jspecify.annotations.Nullable;

/** What stands in a layer after attention. */
public sealed interface Feed {

    /**
     * One feed-forward network.
     *
     * @param hidden its hidden elements
     */
    record Dense(int hidden) implements Feed {}

    /**
     * Several networks, of which each token passes a few.
     *
     * @param count how many there are
     * @param chosen how many a token passes
     * @param hidden hidden elements of each
     * @param choice how they are weighted
     * @param shared one that all tokens pass besides, or null
     */
    record Experts(
            int count,
            int chosen,
            int hidden,
            Choice choice,
            @Nullable Shared shared) implements Feed {}

    /** How the chosen experts are weighted, by a softmax of the router's scores. */
    enum Choice {
        /** Over all experts; the weights of the chosen need not add up to 1. */
        AMONG_ALL,
        /** Over the chosen ones: the same as over all, then divided by their sum. */
        AMONG_CHOSEN
    }

    /**
     * An expert that all tokens pass, weighted by the sigmoid of a score of its own.
     *
     * @param hidden its hidden elements
     */
    record Shared(int hidden) {}
}
