package org.pixelllm.forge.importer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pixelllm.forge.Model;
import org.pixelllm.forge.importer.tensor.TensorFile;

/**
 * A model read from another project's file. Its values are read from the open file when it is written; close it after
 * that.
 *
 * @param model what to write
 * @param source the file, or null where nothing of it is needed any more
 * @param notes what a person should know about it, a sentence each
 */
public record Imported(Model model, @Nullable TensorFile source, List<String> notes) implements AutoCloseable {

    public Imported {
        notes = List.copyOf(notes);
    }

    /** Bytes of the file's tensors by the name of their type; empty where no file is open. */
    public Map<String, Long> storedBytes() {
        Map<String, Long> bytes = new TreeMap<>();
        if (source != null) {
            source.tensors().values().forEach(each -> bytes.merge(each.type().name(), each.bytes(), Long::sum));
        }
        return bytes;
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }
}
