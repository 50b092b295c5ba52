package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's way to write bytes as visible characters: a byte that is a visible Latin-1 character is that character, the
 * others are U+0100, U+0101 … in order, so that the space is Ġ.
 */
final class ByteSpelling {

    private static final int FIRST_SHIFTED = 0x100;
    private static final char[] CHARACTERS = characters();
    private static final int[] BYTES = bytes();

    private ByteSpelling() {}

    private static char[] characters() {
        char[] characters = new char[256];
        int shifted = FIRST_SHIFTED;
        for (int value = 0; value < 256; value++) {
            boolean visible = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
            characters[value] = (char) (visible ? value : shifted++);
        }
        return characters;
    }

    private static int[] bytes() {
        int[] bytes = new int[2 * FIRST_SHIFTED];
        Arrays.fill(bytes, -1);
        for (int value = 0; value < CHARACTERS.length; value++) {
            bytes[CHARACTERS[value]] = value;
        }
        return bytes;
    }

    /** The bytes of a text in UTF-8, spelled so. */
    static String spelled(String text) {
        StringBuilder spelled = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            spelled.append(CHARACTERS[Byte.toUnsignedInt(each)]);
        }
        return spelled.toString();
    }

    /** The bytes that are spelled so. */
    static byte[] bytes(String spelling, String place) {
        byte[] bytes = new byte[spelling.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = spelling.charAt(i);
            int value = c < BYTES.length ? BYTES[c] : -1;
            if (value < 0) {
                throw new InvalidTokenizerException(
                        place, "characters that stand for bytes, as GPT-2 spells them", "\"" + spelling + "\"");
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }
}
