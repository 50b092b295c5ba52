package org.pixelllm.pxvm.cartridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.fault.UnsupportedVersionException;

/**
 * The first page: magic, version, size, digest, section table. All numbers are little-endian.
 *
 * @param version of the layout
 * @param pages pages (pixel rows) of the cartridge
 * @param digest SHA-256 of the section table: the cartridge's identity
 * @param sections one of each kind, in order
 */
record Header(int version, long pages, byte[] digest, List<Section> sections) {

    /** Rows in groups. */
    static final int VERSION = 2;

    /** Rows one after the other; read for conversion alone. */
    static final int ROWS_VERSION = 1;

    static final byte[] MAGIC = {'p', 'x', 'C', 'A', 'R', 'T', 0, 1};
    static final int DIGEST_BYTES = 32;
    static final int TABLE_OFFSET = 64;
    static final int ENTRY_BYTES = 56;
    static final int CRC_OFFSET = 28;
    static final int BYTES = TABLE_OFFSET + Section.Kind.values().length * ENTRY_BYTES;

    static byte[] table(List<Section> sections) {
        ByteBuffer to = ByteBuffer.allocate(sections.size() * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Section section : sections) {
            to.putInt(section.kind().code).putInt((int) section.firstPage()).putLong(section.bytes());
            to.putInt(section.crc32c()).putInt(0).put(section.sha256());
        }
        return to.array();
    }

    byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer to = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        to.put(MAGIC)
                .putInt(version)
                .putInt(sections.size())
                .putLong(pages)
                .putInt(0)
                .putInt(0);
        to.put(digest).put(table(sections));
        to.putInt(CRC_OFFSET, crc(bytes));
        return bytes;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_OFFSET);
        crc.update(bytes, CRC_OFFSET + 4, bytes.length - CRC_OFFSET - 4);
        return (int) crc.getValue();
    }

    static boolean matches(byte[] page) {
        return page.length >= MAGIC.length && Arrays.equals(page, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Reads a first page.
     *
     * @param page at least as long as a page
     * @param pages pages that the file has
     * @param payload bytes of a page
     */
    static Header read(byte[] page, long pages, int payload, String file) throws PxiException {
        if (!matches(page) || payload < BYTES) {
            throw otherPicture(file);
        }
        ByteBuffer from = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        int version = from.getInt();
        if (version != VERSION && version != ROWS_VERSION) {
            throw otherVersion(version, file);
        }
        if (crc(Arrays.copyOf(page, BYTES)) != from.getInt(CRC_OFFSET)) {
            throw altered(file, "cartridge header", "the CRC-32C that it states");
        }
        int count = from.getInt();
        long stated = from.getLong();
        Section.Kind[] kinds = Section.Kind.values();
        if (count != kinds.length || stated != pages) {
            throw altered(file, "cartridge header", kinds.length + " sections in " + pages + " pages");
        }
        byte[] digest = new byte[DIGEST_BYTES];
        from.position(TABLE_OFFSET - DIGEST_BYTES).get(digest);
        List<Section> sections = new ArrayList<>(count);
        long page0 = 1;
        for (Section.Kind kind : kinds) {
            int code = from.getInt();
            long first = from.getInt();
            long bytes = from.getLong();
            int crc32c = from.getInt();
            from.getInt();
            byte[] sha256 = new byte[DIGEST_BYTES];
            from.get(sha256);
            long room = (pages - first) * payload;
            if (code != kind.code || first != page0 || bytes < 0 || bytes > room) {
                throw altered(file, "cartridge header, " + kind.words(), "a section within the file, in its place");
            }
            sections.add(new Section(kind, first, bytes, crc32c, sha256));
            page0 = first + Math.ceilDiv(bytes, payload);
        }
        return new Header(version, pages, digest, List.copyOf(sections));
    }

    /** What is said of a cartridge in a layout that executors do not run. */
    static UnsupportedVersionException otherVersion(int version, String file) {
        return new UnsupportedVersionException(new Fault(
                file,
                "cartridge header, byte 8",
                "version " + VERSION,
                "version " + version,
                switch (version) {
                    case ROWS_VERSION -> "pixel-llm convert CARTRIDGE -o NEW.pxi --weights same makes a new one of it.";
                    default -> version > VERSION ? "Use a newer Pixel-LLM." : "Make the cartridge again.";
                }));
    }

    /** What is said of a picture that is no cartridge. */
    static InvalidContentException otherPicture(String file) {
        return new InvalidContentException(new Fault(
                file,
                "pixel 0",
                "a cartridge, whose pixels begin with the bytes pxCART",
                "a picture of another kind",
                "pixel-llm inspect says what it is; pixel-llm import makes a cartridge."));
    }

    static InvalidContentException altered(String file, String place, String expected) {
        return new InvalidContentException(new Fault(
                file,
                place,
                expected,
                "other bytes: the picture was altered or damaged",
                "Fetch the cartridge again from its source."));
    }

    Section section(Section.Kind kind) {
        // The table holds one of each kind, in the order of their codes from 1.
        return sections.get(kind.code - 1);
    }

    String digestHex() {
        return HexFormat.of().formatHex(digest);
    }
}
