package org.pixelllm.forge.train.run;

/**
 * What one step sees.
 *
 * @param windows stretches of text
 * @param length tokens of a window; at most the program's context
 */
record BatchShape(int windows, int length) {

    /** The most tokens of one step. */
    static final int MAX_TOKENS = 1 << 20;

    BatchShape {
        TrainingOptions.require(windows >= 1, Setting.BATCH, "at least 1", windows);
        TrainingOptions.require(length >= 1, Setting.LENGTH, "at least 1", length);
        if ((long) windows * length > MAX_TOKENS) {
            throw new SettingsException("--batch times --length: expected at most " + MAX_TOKENS + " tokens, found "
                    + (long) windows * length);
        }
    }

    /** Tokens of one step. */
    int tokens() {
        return windows * length;
    }
}
