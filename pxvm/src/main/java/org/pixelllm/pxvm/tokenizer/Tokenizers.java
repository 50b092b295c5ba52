package org.pixelllm.pxvm.tokenizer;

import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.CharacterTokens;

/**
 * Reads the tokenizer section of a cartridge: its kind and its vocabulary, two little-endian 32-bit numbers, and then
 * what the kind adds.
 */
public final class Tokenizers {

    /** The longest tokenizer section that is read and written. */
    public static final int MAX_BYTES = 1 << 28;

    static final int CHARACTERS = 1;
    static final int SCORED_BPE = 2;
    static final int BYTE_BPE = 3;
    static final int UNIGRAM = 4;

    private Tokenizers() {}

    static byte[] header(int kind, int vocabulary) {
        return new SectionWriter().i32(kind).i32(vocabulary).toByteArray();
    }

    /**
     * The tokenizer that these bytes describe.
     *
     * @param file the name to use in messages
     */
    public static Tokenizer read(byte[] section, String file) throws PxiException {
        try {
            SectionReader in = new SectionReader(section);
            Tokenizer tokenizer = read(in);
            in.end();
            return tokenizer;
        } catch (InvalidTokenizerException e) {
            throw e.in(file);
        }
    }

    private static Tokenizer read(SectionReader in) {
        int kind = in.i32("kind");
        return switch (kind) {
            case CHARACTERS -> characters(in);
            case SCORED_BPE -> ScoredBpeTokenizer.read(in);
            case BYTE_BPE -> ByteBpeTokenizer.read(in);
            case UNIGRAM -> UnigramTokenizer.read(in);
            default ->
                throw new InvalidTokenizerException(
                        "tokenizer section, kind",
                        "1 (characters), 2 (scored BPE), 3 (byte-level BPE) or 4 (unigram)",
                        Integer.toUnsignedString(kind));
        };
    }

    private static CharacterTokenizer characters(SectionReader in) {
        int vocabulary = in.i32("vocabulary");
        if (vocabulary < 1 || vocabulary > CharacterTokens.VOCABULARY) {
            throw new InvalidTokenizerException(
                    "tokenizer section, vocabulary", "1 to 1024", Integer.toUnsignedString(vocabulary));
        }
        return new CharacterTokenizer(vocabulary);
    }
}
