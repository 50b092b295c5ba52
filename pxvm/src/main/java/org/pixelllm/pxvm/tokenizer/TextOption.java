package org.pixelllm.pxvm.tokenizer;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How a tokenizer prepares a text. A set of these is a number in files. */
public enum TextOption {
    /** A text is begun with BOS. */
    ADD_BOS(1),
    /** A text, and every part of it between added tokens, is begun with a space. */
    SPACE_PREFIX(2),
    /** Control tokens that are spelled in a text are found there. */
    FIND_CONTROL(4),
    /** The character ▁ (U+2581) in a text is a space. Not byte-level BPE. */
    LOW_BLOCK_IS_SPACE(8),
    /** Texts are brought to Unicode's normal form C. Byte-level BPE only. */
    NFC(16),
    /** A word that is a token by itself needs no merges. Byte-level BPE only. */
    WHOLE_WORDS(32),
    /** A {@link Preparation} follows in the section. Set by what writes sections, not by who makes a tokenizer. */
    PREPARED(64);

    private static final List<TextOption> ALL = List.of(values());

    private final int bit;

    TextOption(int bit) {
        this.bit = bit;
    }

    static Set<TextOption> of(int bits, Set<TextOption> allowed) {
        Set<TextOption> set = EnumSet.noneOf(TextOption.class);
        int rest = bits;
        for (TextOption option : ALL) {
            if ((bits & option.bit) != 0 && allowed.contains(option)) {
                set.add(option);
                rest &= ~option.bit;
            }
        }
        if (rest != 0) {
            throw new InvalidTokenizerException(
                    "tokenizer section, flags", "bits of " + allowed, "0x" + Integer.toHexString(bits));
        }
        return Set.copyOf(set);
    }

    /** Of a section that may hold a preparation. */
    static Set<TextOption> ofPrepared(int bits, Set<TextOption> allowed) {
        return of(bits & ~PREPARED.bit, allowed);
    }

    static boolean isPrepared(int bits) {
        return (bits & PREPARED.bit) != 0;
    }

    static int bits(Set<TextOption> set, boolean prepared) {
        int bits = prepared ? PREPARED.bit : 0;
        for (TextOption option : set) {
            bits |= option.bit;
        }
        return bits;
    }
}
