package org.pixelllm.engine.look;

import org.jspecify.annotations.Nullable;

/**
 * What to look at.
 *
 * @param head one attention head, or null
 * @param sheet all heads on one sheet
 * @param activations what each layer ends with
 * @param lens what each layer would predict
 * @param trace numbers of each instruction
 * @param skipMissing whether what a model does not have is left out instead of refused
 */
public record LookOptions(
        @Nullable Head head, boolean sheet, boolean activations, boolean lens, boolean trace, boolean skipMissing) {

    /** Whatever there is to see, and of the heads the last layer's first. */
    public static final LookOptions EVERYTHING = new LookOptions(new Head(Head.LAST, 0), true, true, true, true, true);

    /**
     * An attention head.
     *
     * @param layer from 0, or {@link #LAST}
     * @param head from 0
     */
    public record Head(int layer, int head) {

        /** The last layer, whichever that is. */
        public static final int LAST = -1;
    }
}
