package org.pixelllm.forge.train.data;

import java.nio.file.Path;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.pxvm.tokenizer.Tokenizer;

/**
 * A text to learn from or to be measured on.
 *
 * @param name the file's name
 * @param sha256 of the file, in hexadecimal
 * @param characters its Unicode code points
 * @param ids its tokens; not copied
 */
public record Corpus(String name, String sha256, long characters, int[] ids) {

    private static final int STRETCHES = 20;

    /** Reads a UTF-8 text. */
    public static Corpus read(Path file, Tokenizer tokenizer) throws PxiException {
        return of(TextFile.read(file), tokenizer);
    }

    /** A text's tokens. */
    public static Corpus of(TextFile text, Tokenizer tokenizer) {
        return new Corpus(text.name(), text.sha256(), text.characters(), tokenizer.encode(text.content()));
    }

    /** Of a long text, stretches from all over it, put together; a text that is not longer is taken whole. */
    public static Corpus sample(TextFile text, Tokenizer tokenizer, int characters) {
        String content = text.content();
        int stretch = characters / STRETCHES;
        if (text.characters() <= characters) {
            return of(text, tokenizer);
        }
        StringBuilder sample = new StringBuilder();
        for (int i = 0; i < STRETCHES; i++) {
            int from = (int) ((long) content.length() * i / STRETCHES);
            if (Character.isLowSurrogate(content.charAt(from))) {
                from++;
            }
            int most = content.codePointCount(from, content.length());
            sample.append(content, from, content.offsetByCodePoints(from, Math.min(stretch, most)));
        }
        String taken = sample.toString();
        return new Corpus(text.name(), text.sha256(), taken.codePointCount(0, taken.length()), tokenizer.encode(taken));
    }

    /** Checks that windows can be drawn from a text. */
    public void requireMoreThan(int length, Path file) throws PxiException {
        if (ids.length <= length) {
            throw new InvalidContentException(new Fault(
                    file.toString(),
                    "whole file",
                    "more than the " + length + " tokens of a window",
                    ids.length + " tokens",
                    "Give a longer text, or a smaller --length or --context."));
        }
    }
}
