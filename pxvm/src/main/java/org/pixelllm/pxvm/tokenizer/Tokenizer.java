package org.pixelllm.pxvm.tokenizer;

import java.util.BitSet;

/** Turns text into token ids and back. Safe for use by many threads. */
public sealed interface Tokenizer permits CharacterTokenizer, ScoredBpeTokenizer, ByteBpeTokenizer, UnigramTokenizer {

    /** In place of an id where a tokenizer has no such token. */
    int NO_TOKEN = -1;

    /** The word for it in manifests: {@code characters}. */
    String name();

    /** Ids are below this. */
    int vocabulary();

    /** The token that begins a text, or {@link #NO_TOKEN}. */
    int bos();

    /** The token that ends a text, or {@link #NO_TOKEN}; {@link #isEnd} knows of more. */
    int eos();

    /** Whether this token ends what a model says: {@link #eos}, or another such as the end of a turn. */
    boolean isEnd(int id);

    /** The token ids of a text, begun with {@link #bos()} where the model was trained so. */
    int[] encode(String text);

    /**
     * The token ids of a conversation as a model's template spells it. Nothing is put before it: the template says it all.
     *
     * @param foreign the characters that are not the template's own: no control token is found where there is one of these
     */
    int[] encodeChat(String text, BitSet foreign);

    /** The token that is spelled so and has no text of its own, such as an end of a turn, or {@link #NO_TOKEN}. */
    int control(String spelling);

    /**
     * One token for people to read: a control token's name, and U+FFFD in place of a part of a character.
     * {@link TextDecoder} gives the text of many.
     *
     * @throws IllegalArgumentException where the vocabulary has no such id
     */
    String decode(int id);

    /**
     * The bytes that a token adds to a text in UTF-8, which may be a part of a character; none for a control token.
     *
     * @throws IllegalArgumentException where the vocabulary has no such id
     */
    byte[] bytes(int id);

    /** Whether {@link #encode} puts a space before a text, which its decoding takes away again. */
    boolean spacePrefix();

    /** The bytes of the cartridge's tokenizer section. */
    byte[] toBytes();
}
