package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;

/** Structures that several objects use. */
@SuppressWarnings("restricted")
final class Layouts {

    /** WGPUStringView: where the bytes are, and how many. */
    static final StructLayout TEXT = MemoryLayout.structLayout(ADDRESS, JAVA_LONG);

    /** WGPU…CallbackInfo, by value: next, mode, the function, two words for it. */
    static final StructLayout CALLBACK =
            MemoryLayout.structLayout(ADDRESS, JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS, ADDRESS, ADDRESS);

    /** Delivered while {@link Instance#poll} runs. */
    static final int WHEN_POLLED = 2;

    static final int SUCCESS = 1;

    private static final long MOST_TEXT = 1 << 20;

    private Layouts() {}

    static MemorySegment callback(Arena arena, MemorySegment function) {
        MemorySegment info = arena.allocate(CALLBACK);
        info.set(JAVA_INT, 8, WHEN_POLLED);
        info.set(ADDRESS, 16, function);
        return info;
    }

    /** Puts a text where a structure has its view of one. */
    static void text(Arena arena, MemorySegment structure, long at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, copy, 0, bytes.length);
        structure.set(ADDRESS, at, copy);
        structure.set(JAVA_LONG, at + 8, bytes.length);
    }

    static String text(MemorySegment structure, long at) {
        MemorySegment from = structure.get(ADDRESS, at);
        long length = structure.get(JAVA_LONG, at + 8);
        if (from.equals(MemorySegment.NULL) || length <= 0 || length > MOST_TEXT) {
            return "";
        }
        return new String(
                from.reinterpret(length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
