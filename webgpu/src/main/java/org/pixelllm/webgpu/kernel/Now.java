package org.pixelllm.webgpu.kernel;

/**
 * Where a kernel finds what changes with every pass, the words of {@code now}: T, R, the T positions, the places of the R
 * rows whose logits are asked for, and then the tokens as the pixels of the protocol's token image.
 */
public final class Now {

    /** The word with the number of tokens. */
    public static final int TOKENS = 0;

    /** The word with the number of rows that are asked for. */
    public static final int ROWS = 1;

    /** The first word of the positions. */
    public static final int POSITIONS = 2;

    private Now() {}

    /** The first word of the rows that are asked for. */
    public static int asked(int tokens) {
        return POSITIONS + tokens;
    }

    /** The first word of the token image. */
    public static int image(int tokens, int rows) {
        return POSITIONS + tokens + rows;
    }
}
