package org.pixelllm.cli.file;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.UnreadableFileException;

/** Files that are to stay as they are. */
public final class Unchanged {

    private final Map<Path, FileState> states = new ConcurrentHashMap<>();

    /** Remembers how a file is now. One that is not there is left out. */
    public void watch(Path file) throws UnreadableFileException {
        FileState state = FileState.of(file);
        if (state != null) {
            states.put(file, state);
        }
    }

    /** The first that is not as it was, or null. */
    @Nullable
    public Path changed() {
        for (Map.Entry<Path, FileState> each : states.entrySet()) {
            try {
                if (!each.getValue().equals(FileState.of(each.getKey()))) {
                    return each.getKey();
                }
            } catch (UnreadableFileException e) {
                return each.getKey();
            }
        }
        return null;
    }
}
