package org.pixelllm.pxvm.tokenizer;

/** Turns text into token ids and back. */
public sealed interface Tokenizer permits CharacterTokenizer {

    /** The word for it in manifests: {@code characters}. */
    String name();

    /** Ids are below this. */
    int vocabulary();

    /** The token ids of a text. */
    int[] encode(String text);

    /** The text of a token. */
    String decode(int id);

    /** The bytes of the cartridge's tokenizer section. */
    byte[] toBytes();
}
