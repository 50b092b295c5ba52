package org.pixelllm.webgpu.api;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Objects that the library's callbacks find by a number, which travels as a callback's {@code userdata1}. Used on the
 * GPU's thread alone.
 */
final class Callbacks<T> {

    private final Map<Long, T> objects = new HashMap<>();
    private long last;

    /** Registers an object; its number is never used again. */
    long add(T object) {
        objects.put(++last, object);
        return last;
    }

    /** The object with this number, or null where it has been removed. */
    @Nullable
    T get(long number) {
        return objects.get(number);
    }

    void remove(long number) {
        objects.remove(number);
    }

    /** How many objects are registered. */
    int size() {
        return objects.size();
    }
}
