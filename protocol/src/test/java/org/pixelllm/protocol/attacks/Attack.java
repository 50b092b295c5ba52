package org.pixelllm.protocol.attacks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.pixelllm.protocol.fault.PxiException;

/**
 * One hostile file.
 *
 * @param name its file name
 * @param expected what reading it must throw
 * @param words what the message must say
 * @param maker puts it in place
 */
record Attack(String name, Class<? extends PxiException> expected, List<String> words, Maker maker) {

    /** Makes the file, link or folder at a path. */
    @FunctionalInterface
    interface Maker {
        void make(Path place) throws IOException, InterruptedException;
    }
}
