package org.pixelllm.forge.family;

/**
 * The table that tokens enter by, and which may be the output's matrix too // [vocabulary, dim]
 *
 * @param vocabulary token ids
 * @param dim elements of a token's value
 * @param tied whether the output's weight is the same table
 * @param positions whether a second table, of positions, is added
 */
public record Embedding(int vocabulary, int dim, boolean tied, boolean positions) {

    /** One without a table of positions. */
    public Embedding(int vocabulary, int dim, boolean tied) {
        this(vocabulary, dim, tied, false);
    }
}
