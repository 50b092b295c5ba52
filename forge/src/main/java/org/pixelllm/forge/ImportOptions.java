package org.pixelllm.forge;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks of an import.
 *
 * @param tokenizer the tokenizer to use instead of the one within the model or beside it, or null
 * @param withoutTokenizer whether the cartridge gets none, whatever the model has
 * @param context how many positions the cartridge has; 0 for as many as the model has
 */
public record ImportOptions(@Nullable Path tokenizer, boolean withoutTokenizer, int context) {

    /** Nothing but this tokenizer, or the model's own where it is null. */
    public static ImportOptions of(@Nullable Path tokenizer) {
        return new ImportOptions(tokenizer, false, 0);
    }

    /** Without a tokenizer. */
    public static ImportOptions noTokenizer() {
        return new ImportOptions(null, true, 0);
    }

    /** The same with this many positions. */
    public ImportOptions withContext(int positions) {
        return new ImportOptions(tokenizer, withoutTokenizer, positions);
    }
}
