package org.pixelllm.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.TokenImage;

/** The token images in {@code conformance/golden}, and the program that writes them there. */
final class GoldenImages {

    /** One file and what it holds. */
    record Golden(String file, TokenImage tokens) {}

    static final List<Golden> ALL = List.of(
            text("pxos.pxi", "pxOS"),
            text("a.pxi", "a"),
            text("accents-and-emoji.pxi", "Zoë ate a jalapeño 🌶 in Łódź"),
            numbers("256-tokens.pxi", 256),
            numbers("257-tokens.pxi", 257));

    private GoldenImages() {}

    private static Golden text(String file, String text) {
        return new Golden(file, new TokenImage(CharacterTokens.encode(text)));
    }

    /** Ids 0, 5, 10 and so on, round the vocabulary: both bytes of an id and of the count are in use. */
    private static Golden numbers(String file, int count) {
        return new Golden(
                file,
                new TokenImage(IntStream.range(0, count).map(i -> 5 * i % 1024).toArray()));
    }

    /** Where the committed files are. */
    static Path folder() {
        return Root.path().resolve("conformance/golden");
    }

    /** Writes all files into the folder that the first argument names. */
    public static void main(String[] args) throws IOException {
        for (Golden golden : ALL) {
            golden.tokens().write(Path.of(args[0]).resolve(golden.file()), Map.of());
        }
    }
}
