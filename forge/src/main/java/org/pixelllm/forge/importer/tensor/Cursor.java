package org.pixelllm.forge.importer.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.TruncatedPxiException;

/** Reads little-endian numbers and strings one after another, and says where the file ends too early. */
public final class Cursor {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String file;
    private final MemorySegment memory;
    private long at;

    public Cursor(String file, MemorySegment memory) {
        this.file = file;
        this.memory = memory;
    }

    /** The file's name, for messages. */
    public String file() {
        return file;
    }

    /** Bytes read so far. */
    public long at() {
        return at;
    }

    long remaining() {
        return memory.byteSize() - at;
    }

    /**
     * Checks that this many items of this many bytes each can still follow, before memory is taken for them.
     *
     * @param place what is being read
     */
    public void need(long count, int bytesEach, String place) throws TruncatedPxiException {
        if (count > remaining() / bytesEach) {
            throw new TruncatedPxiException(new Fault(
                    file,
                    place + " at byte " + at,
                    Long.toUnsignedString(count) + (bytesEach == 1 ? " bytes" : " entries of " + bytesEach + " bytes"),
                    remaining() + " bytes to the end of the file",
                    "The file is cut off or damaged; fetch it again, whole."));
        }
    }

    public int u8(String place) throws PxiException {
        need(1, 1, place);
        return memory.get(ValueLayout.JAVA_BYTE, at++) & 0xFF;
    }

    public int u16(String place) throws PxiException {
        need(2, 1, place);
        at += 2;
        return memory.get(SHORT, at - 2) & 0xFFFF;
    }

    public int i32(String place) throws PxiException {
        need(4, 1, place);
        at += 4;
        return memory.get(INT, at - 4);
    }

    public long u32(String place) throws PxiException {
        return i32(place) & 0xFFFF_FFFFL;
    }

    public long i64(String place) throws PxiException {
        need(8, 1, place);
        at += 8;
        return memory.get(LONG, at - 8);
    }

    /** A number that counts or measures something, with its limit. */
    public long count(String place, long limit) throws PxiException {
        long count = i64(place);
        if (count < 0 || count > limit) {
            throw fault(place, "at most " + limit, Long.toUnsignedString(count));
        }
        return count;
    }

    /** As many bytes as this. */
    public byte[] bytes(long count, String place) throws PxiException {
        need(count, 1, place);
        byte[] bytes = memory.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE);
        at += count;
        return bytes;
    }

    /** A 64-bit length and that many bytes of UTF-8. */
    public String string(String place, int maxBytes) throws PxiException {
        byte[] bytes = bytes(count(place + ", length", maxBytes), place);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw fault(place, "UTF-8", "other bytes");
        }
    }

    /** Says what is wrong at a place that was just read. */
    public InvalidContentException fault(String place, String expected, String found) {
        return new InvalidContentException(new Fault(
                file,
                place + " before byte " + at,
                expected,
                found,
                "The file is damaged or not made by the format's rules."));
    }
}
