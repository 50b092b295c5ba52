package org.pixelllm.cli.storage;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.fault.UnreadableFileException;
import org.pixelllm.protocol.file.FileState;

/** The state of some files at one moment, to find out later whether one of them has changed. */
public final class FileSnapshot {

    private final Map<Path, FileState> states = new ConcurrentHashMap<>();

    /** Remembers the present state of a file. A file that does not exist is left out. */
    public void watch(Path file) throws UnreadableFileException {
        FileState state = FileState.of(file);
        if (state != null) {
            states.put(file, state);
        }
    }

    /** A file whose state is no longer the one remembered, or null. */
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
