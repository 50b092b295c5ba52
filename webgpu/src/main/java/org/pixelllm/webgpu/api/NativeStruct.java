package org.pixelllm.webgpu.api;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A struct of {@link Layouts} in memory, whose members are found by name; {@code a.b} is member b of the struct a.
 *
 * @param layout its members
 * @param memory where it is
 */
@SuppressWarnings("restricted")
record NativeStruct(StructLayout layout, MemorySegment memory) {

    private static final long MAX_TEXT = 1 << 20;

    /** A struct of zeros. */
    static NativeStruct allocate(Arena arena, StructLayout layout) {
        return new NativeStruct(layout, arena.allocate(layout));
    }

    /** A text that the library passes by value. */
    static String text(MemorySegment stringView) {
        return new NativeStruct(Layouts.STRING_VIEW, stringView).text();
    }

    int getInt(String member) {
        return memory.get(JAVA_INT, offset(member, JAVA_INT));
    }

    long getLong(String member) {
        return memory.get(JAVA_LONG, offset(member, JAVA_LONG));
    }

    String getText(String member) {
        return in(member).text();
    }

    NativeStruct set(String member, int value) {
        memory.set(JAVA_INT, offset(member, JAVA_INT), value);
        return this;
    }

    NativeStruct set(String member, long value) {
        memory.set(JAVA_LONG, offset(member, JAVA_LONG), value);
        return this;
    }

    NativeStruct set(String member, MemorySegment value) {
        memory.set(ADDRESS, offset(member, ADDRESS), value);
        return this;
    }

    /** Sets a string view to a copy of a text. */
    NativeStruct set(Arena arena, String member, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        in(member).set("data", copy).set("length", (long) bytes.length);
        return this;
    }

    /** The struct that a member is. */
    NativeStruct in(String member) {
        PathElement[] path = path(member);
        if (!(layout.select(path) instanceof StructLayout struct)) {
            throw new IllegalArgumentException(layout.name().orElse("?") + "." + member + " is no struct");
        }
        return new NativeStruct(struct, memory.asSlice(layout.byteOffset(path), struct.byteSize()));
    }

    private String text() {
        MemorySegment from = memory.get(ADDRESS, offset("data", ADDRESS));
        long length = getLong("length");
        if (from.equals(MemorySegment.NULL) || length <= 0 || length > MAX_TEXT) {
            return "";
        }
        return new String(from.reinterpret(length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private long offset(String member, ValueLayout type) {
        PathElement[] path = path(member);
        MemoryLayout found = layout.select(path);
        if (!found.withoutName().equals(type)) {
            throw new IllegalArgumentException(
                    "%s.%s is %s, not %s".formatted(layout.name().orElse("?"), member, found, type));
        }
        return layout.byteOffset(path);
    }

    private static PathElement[] path(String member) {
        String[] names = member.split("\\.", -1);
        PathElement[] path = new PathElement[names.length];
        for (int i = 0; i < path.length; i++) {
            path[i] = PathElement.groupElement(names[i]);
        }
        return path;
    }
}
