package org.pixelllm.server.answer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;
import org.pixelllm.server.http.Problem;

/** What is asked: a token image, or a text that becomes one. */
final class Question {

    /** What messages call it. */
    static final String NAME = "body";

    private Question() {}

    /** Whether a body is a text; neither a text nor an image is refused before it is read. */
    static boolean isText(@Nullable String type) {
        String expected = "Content-Type: expected image/png or text/plain, ";
        if (type == null) {
            throw new Problem(415, expected + "found none.");
        }
        String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
        return switch (parts[0].strip()) {
            case Body.PNG -> false;
            case Body.TEXT -> {
                for (int i = 1; i < parts.length; i++) {
                    String parameter = parts[i].strip().replace("\"", "");
                    if (parameter.startsWith("charset=")
                            && !parameter.equals("charset=utf-8")
                            && !parameter.equals("charset=us-ascii")) {
                        throw new Problem(415, "Content-Type: expected charset=utf-8, found another.");
                    }
                }
                yield true;
            }
            default -> throw new Problem(415, expected + "found another.");
        };
    }

    /** The tokens of a body. */
    static TokenImage read(byte[] body, boolean isText, PixelLlm model) throws PxiException {
        if (isText) {
            return model.tokens(text(body));
        }
        return TokenImage.decode(
                PxiKind.TOKENS.pixels(PngReader.of(ByteBuffer.wrap(body), NAME, PngLimits.PROTOCOL)), NAME);
    }

    /** A body as a text. */
    static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem(400, NAME + ": expected a text in UTF-8, found other bytes.");
        }
    }
}
