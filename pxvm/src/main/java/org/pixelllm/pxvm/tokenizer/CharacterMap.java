package org.pixelllm.pxvm.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece's {@code precompiled_charsmap}: the length of a double-array trie u32, the trie's units u32, and texts, each
 * with a NUL after it. A leaf of the trie is a place in the texts. As in Hugging Face's library a cluster of
 * characters that a reader sees as one is looked up as a whole where it has fewer than six bytes, else character by character.
 */
public final class CharacterMap {

    /** The largest that is read; known ones have 300 KB. */
    public static final int MAX_BYTES = 1 << 24;

    private static final int MAX_CLUSTER_BYTES = 5;
    private static final Pattern CLUSTERS = Pattern.compile("\\X");

    private final byte[] bytes;
    private final ByteBuffer units;
    private final int texts; // where they begin

    private CharacterMap(byte[] bytes, ByteBuffer units, int texts) {
        this.bytes = bytes;
        this.units = units;
        this.texts = texts;
    }

    /**
     * The map of these bytes.
     *
     * @throws InvalidTokenizerException where the lengths in it do not fit
     */
    public static CharacterMap of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.length < Integer.BYTES ? -1 : in.getInt();
        if (length < 0
                || length % Integer.BYTES != 0
                || length > bytes.length - Integer.BYTES
                || bytes.length > MAX_BYTES) {
            throw new InvalidTokenizerException(
                    "precompiled_charsmap",
                    "a trie and texts, at most " + MAX_BYTES + " bytes",
                    bytes.length + " bytes");
        }
        return new CharacterMap(
                bytes.clone(), in.slice(Integer.BYTES, length).order(ByteOrder.LITTLE_ENDIAN), Integer.BYTES + length);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    String apply(String text) {
        StringBuilder mapped = new StringBuilder();
        Matcher clusters = CLUSTERS.matcher(text);
        while (clusters.find()) {
            String cluster = clusters.group();
            byte[] utf8 = cluster.getBytes(StandardCharsets.UTF_8);
            String whole = utf8.length <= MAX_CLUSTER_BYTES ? replacement(utf8) : null;
            if (whole != null) {
                mapped.append(whole);
                continue;
            }
            cluster.codePoints().forEach(each -> {
                String one = Character.toString(each);
                String other = replacement(one.getBytes(StandardCharsets.UTF_8));
                mapped.append(other == null ? one : other);
            });
        }
        return mapped.toString();
    }

    private int unit(int index) {
        int at = index * Integer.BYTES;
        return at >= 0 && at < units.capacity() ? units.getInt(at) : 0;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
    }

    /** What the shortest beginning of these bytes that is in the trie becomes, or null. */
    private @Nullable String replacement(byte[] key) {
        int node = offset(unit(0));
        for (byte each : key) {
            if (each == 0) {
                return null;
            }
            node ^= Byte.toUnsignedInt(each);
            int unit = unit(node);
            if ((unit & (1 << 31 | 0xFF)) != Byte.toUnsignedInt(each)) {
                return null;
            }
            node ^= offset(unit);
            if ((unit >>> 8 & 1) != 0) {
                return text(unit(node) & Integer.MAX_VALUE);
            }
        }
        return null;
    }

    private @Nullable String text(int at) {
        if (at >= bytes.length - texts) {
            return null;
        }
        int from = texts + at;
        int to = from;
        while (to < bytes.length && bytes[to] != 0) {
            to++;
        }
        return new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8);
    }
}
