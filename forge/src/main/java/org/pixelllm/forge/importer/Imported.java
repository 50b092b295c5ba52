package org.pixelllm.forge.importer;

import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.tensor.TensorFile;

/**
 * A model read from another project's file. Its values are read from the open file when it is written; close it after
 * that.
 *
 * @param model what to write
 * @param source the file, or null where nothing of it is needed any more
 */
public record Imported(Model model, @Nullable TensorFile source) implements AutoCloseable {

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }
}
