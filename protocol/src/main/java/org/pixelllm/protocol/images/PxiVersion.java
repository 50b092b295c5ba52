package org.pixelllm.protocol.images;

import org.jspecify.annotations.Nullable;

/**
 * The versions of the images that hold tokens. A model speaks one of them: version 1, whose ids have two bytes, unless it has
 * more ids than these can name; then version 2, whose ids have three.
 */
public enum PxiVersion {
    /** Ids in R and G; B is free for a confidence. */
    V1(1, 65_535),
    /** Ids in R, G and B. White is no id, since it is the padding of beams. */
    V2(2, 0xFF_FF_FE);

    /** The most ids that a model may have: their heat map is 16,384 pixels high. */
    public static final int MAX_VOCABULARY = 1 << 19;

    private final int number;
    private final int maxId;

    PxiVersion(int number, int maxId) {
        this.number = number;
        this.maxId = maxId;
    }

    /**
     * The version that a model speaks.
     *
     * @param vocabulary how many ids it has
     */
    public static PxiVersion of(int vocabulary) {
        return vocabulary <= V1.maxId + 1 ? V1 : V2;
    }

    /** The version that a pixel's blue states; null where there is no such version. */
    static @Nullable PxiVersion numbered(int number) {
        return number == V1.number ? V1 : number == V2.number ? V2 : null;
    }

    /** The number by which images state it. */
    public int number() {
        return number;
    }

    /** The highest id that its pixels hold. */
    public int maxId() {
        return maxId;
    }

    /** Whether its pixels hold an id. */
    boolean holds(int id) {
        return id >= 0 && id <= maxId;
    }
}
