package org.pixelllm.protocol.images;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;

/** What the images of the extensions share: rows of tokens, named in the text. */
final class TokenRows {

    private TokenRows() {}

    /** A row, copied, of at most as many tokens as a token image holds, whose ids the version's pixels hold. */
    static List<Prediction> require(PxiVersion version, List<Prediction> tokens, String what) {
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException(what + " has at least one token");
        }
        if (tokens.size() > CharacterTokens.MAX_TOKENS) {
            throw new TooManyTokensException(tokens.size());
        }
        requireIds(version, tokens);
        return List.copyOf(tokens);
    }

    static void requireIds(PxiVersion version, List<Prediction> tokens) {
        for (Prediction token : tokens) {
            if (!version.holds(token.id())) {
                throw new IllegalArgumentException("token id " + token.id() + ": version " + version.number()
                        + " holds ids of 0 to " + version.maxId());
            }
        }
    }

    /** How many tokens or rows of them there are, and the version where it is not the first. */
    static Map<String, Object> facts(String what, int count, PxiVersion version) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put(what, count);
        if (version != PxiVersion.V1) {
            facts.put("version", version.number());
        }
        return facts;
    }

    /** The tokens of a picture of version 1, which is one row. */
    static List<Prediction> readRow(Png png, String file, PxiKind kind, String what, String how) throws PxiException {
        Pixels pixels = png.pixels();
        if (pixels.height() != 1 || kind.isDeniedBy(png) || PxiKind.isNamelessTokens(png)) {
            throw new InvalidContentException(
                    new Fault(file, "picture", what + ", 1 pixel high", PxiKind.describe(png), how));
        }
        requireWidth(png, file, what, how);
        List<Prediction> tokens = new ArrayList<>(pixels.width());
        for (int x = 0; x < pixels.width(); x++) {
            tokens.add(Prediction.read(pixels, x, 0));
        }
        return tokens;
    }

    static void requireWidth(Png png, String file, String what, String how) throws InvalidContentException {
        if (png.pixels().width() > CharacterTokens.MAX_TOKENS) {
            throw new InvalidContentException(new Fault(
                    file,
                    "picture",
                    what + " of at most " + CharacterTokens.MAX_TOKENS + " tokens",
                    PxiKind.describe(png),
                    how));
        }
    }

    /** The ids alone, three bytes each. // [1, tokens, 3] */
    static Pixels ids(List<Prediction> tokens) {
        Pixels pixels = Pixels.black(tokens.size(), 1);
        for (int x = 0; x < tokens.size(); x++) {
            WideRows.setColour(pixels, x, 0, tokens.get(x).id());
        }
        return pixels;
    }

    /** One row of pixels. // [1, tokens, 3] */
    static Pixels row(List<Prediction> tokens) {
        Pixels pixels = Pixels.black(tokens.size(), 1);
        for (int x = 0; x < tokens.size(); x++) {
            tokens.get(x).write(pixels, x, 0);
        }
        return pixels;
    }
}
