package org.pixelllm.pxvm.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns tokens into text as they come, whole characters only: the bytes of one that is not complete yet are kept until
 * it is. Malformed bytes become U+FFFD. For one thread.
 */
public final class TextDecoder {

    private final Tokenizer tokenizer;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] kept = {};
    private boolean dropsSpace;

    private TextDecoder(Tokenizer tokenizer, boolean dropsSpace) {
        this.tokenizer = tokenizer;
        this.dropsSpace = dropsSpace;
    }

    /** For the tokens of a text from its beginning, where a space that the tokenizer put there is dropped. */
    public static TextDecoder fromTheBeginning(Tokenizer tokenizer) {
        return new TextDecoder(tokenizer, tokenizer.spacePrefix());
    }

    /** For tokens that continue a text, such as those that answer a prompt. */
    public static TextDecoder continuing(Tokenizer tokenizer) {
        return new TextDecoder(tokenizer, false);
    }

    /** The text of these tokens, from its beginning. */
    public static String text(Tokenizer tokenizer, int... ids) {
        TextDecoder decoder = fromTheBeginning(tokenizer);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.add(id));
        }
        return text.append(decoder.end()).toString();
    }

    /** The characters that are complete with this token; often its text, sometimes none. */
    public String add(int id) {
        byte[] bytes = tokenizer.bytes(id);
        if (bytes.length == 0) {
            return "";
        }
        int from = dropsSpace && bytes[0] == ' ' ? 1 : 0;
        dropsSpace = false;
        ByteBuffer in = ByteBuffer.allocate(kept.length + bytes.length - from);
        in.put(kept).put(bytes, from, bytes.length - from).flip();
        return decode(in, false);
    }

    /** What is left when no more tokens come: U+FFFD where the last character is not complete. */
    public String end() {
        String rest = decode(ByteBuffer.wrap(kept), true);
        utf8.reset();
        return rest;
    }

    private String decode(ByteBuffer in, boolean last) {
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        utf8.decode(in, out, last);
        if (last) {
            utf8.flush(out);
        }
        kept = new byte[in.remaining()];
        in.get(kept);
        return out.flip().toString();
    }
}
