package org.pixelllm.pxvm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.pixelllm.protocol.images.CharacterTokens;

/**
 * The protocol's own tokenizer: one id for each Unicode code point, modulo the vocabulary.
 *
 * @param vocabulary ids are below this; 1,024 in the protocol
 */
public record CharacterTokenizer(int vocabulary) implements Tokenizer {

    /** The protocol's: code point modulo 1,024. */
    public static final CharacterTokenizer PROTOCOL = new CharacterTokenizer(CharacterTokens.VOCABULARY);

    public CharacterTokenizer {
        if (vocabulary < 1 || vocabulary > CharacterTokens.VOCABULARY) {
            throw new IllegalArgumentException("a character vocabulary of 1 to 1024 ids, not " + vocabulary);
        }
    }

    @Override
    public String name() {
        return "characters";
    }

    @Override
    public int bos() {
        return NO_TOKEN;
    }

    @Override
    public int eos() {
        return NO_TOKEN;
    }

    @Override
    public boolean isEnd(int id) {
        return false;
    }

    @Override
    public boolean spacePrefix() {
        return false;
    }

    @Override
    public int[] encode(String text) {
        // Not the protocol's own encoder: a text to train on is longer than a token image.
        return text.codePoints().map(codePoint -> codePoint % vocabulary).toArray();
    }

    @Override
    public int[] encodeChat(String text, BitSet foreign) {
        return encode(text);
    }

    @Override
    public int control(String spelling) {
        return NO_TOKEN;
    }

    @Override
    public String decode(int id) {
        return CharacterTokens.decode(id);
    }

    @Override
    public byte[] bytes(int id) {
        return decode(id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] toBytes() {
        return Tokenizers.header(Tokenizers.CHARACTERS, vocabulary);
    }
}
