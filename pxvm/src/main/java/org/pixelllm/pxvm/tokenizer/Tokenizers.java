package org.pixelllm.pxvm.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.pixelllm.protocol.CharacterTokens;
import org.pixelllm.protocol.InvalidContentException;
import org.pixelllm.protocol.PxiException;
import org.pixelllm.protocol.PxiException.Fault;

/** Reads the tokenizer section of a cartridge: its kind and its vocabulary, two little-endian 32-bit numbers. */
public final class Tokenizers {

    static final int CHARACTERS = 1;
    private static final int HEADER_BYTES = 8;

    private Tokenizers() {}

    static byte[] header(int kind, int vocabulary) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putInt(vocabulary)
                .array();
    }

    /**
     * The tokenizer that these bytes describe.
     *
     * @param file the name to use in messages
     */
    public static Tokenizer read(byte[] section, String file) throws PxiException {
        ByteBuffer bytes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        int kind = section.length >= HEADER_BYTES ? bytes.getInt() : 0;
        if (kind != CHARACTERS || section.length != HEADER_BYTES) {
            throw fault(
                    file, "a character tokenizer (kind 1, 8 bytes)", "kind " + kind + ", " + section.length + " bytes");
        }
        int vocabulary = bytes.getInt();
        if (vocabulary < 1 || vocabulary > CharacterTokens.VOCABULARY) {
            throw fault(file, "a vocabulary of 1 to 1024", String.valueOf(vocabulary));
        }
        return new CharacterTokenizer(vocabulary);
    }

    private static InvalidContentException fault(String file, String expected, String found) {
        return new InvalidContentException(new Fault(
                file, "tokenizer section", expected, found, "Make the cartridge again, or use newer software."));
    }
}
