package org.pixelllm.conformance.kit;

import static org.pixelllm.conformance.kit.RowPng.GREY;
import static org.pixelllm.conformance.kit.RowPng.GREY_ALPHA;
import static org.pixelllm.conformance.kit.RowPng.PALETTE;
import static org.pixelllm.conformance.kit.RowPng.RGB;
import static org.pixelllm.conformance.kit.RowPng.RGBA;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.pixelllm.protocol.images.CharacterTokens;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;

/** Files to be answered. */
final class ValidCases {

    private static final int[] SIZES = {1, 2, 255, 256, 257, CharacterTokens.MAX_TOKENS};

    /** Tokens of the picture that is stored in most ways. */
    private static final int USUAL = 40;

    private static final String TEXT = "Once upon a time there was a little girl who had a red ball. ";

    /** How many tokens at the end are of the text. */
    private static final int TEXT_TOKENS = 24;

    /** Bytes of an IDAT chunk where there are many. */
    private static final int PART = 7;

    private ValidCases() {}

    /** All of them; the first one of several with the same tokens is plain. */
    static List<Case> all(int vocabulary) {
        List<Case> all = new ArrayList<>();
        for (int size : SIZES) {
            String name = size == 1 ? "1-token" : size + "-tokens";
            TokenImage tokens = tokens(size, vocabulary);
            all.add(new Case(name, Requirement.ACCEPTS_SIZES, tokens.toPng(Map.of()), tokens));
        }
        all.addAll(usual(vocabulary));
        all.addAll(fewColours(vocabulary));
        all.addAll(greys(PxiVersion.of(vocabulary)));
        return all;
    }

    /**
     * Ids from everywhere in the vocabulary, the highest among them, and at the end some of a text, so that a model of
     * texts has something to go on; other ones for another count.
     */
    static TokenImage tokens(int count, int vocabulary) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            boolean text = i >= count - TEXT_TOKENS;
            ids[i] = (int) ((text ? TEXT.charAt((i + count) % TEXT.length()) : 331L * i + 97L * count) % vocabulary);
        }
        if (count > TEXT_TOKENS) {
            ids[0] = vocabulary - 1;
        }
        return new TokenImage(PxiVersion.of(vocabulary), ids);
    }

    /** Questions of version 1 to a model that speaks version 2; none to any other. */
    static List<Case> narrow(int vocabulary) {
        if (PxiVersion.of(vocabulary) == PxiVersion.V1) {
            return List.of();
        }
        List<Case> all = new ArrayList<>();
        for (int size : new int[] {1, USUAL}) {
            TokenImage tokens = tokens(size, PxiVersion.V1.maxId() + 1);
            all.add(new Case(
                    "version-1-" + size + (size == 1 ? "-token" : "-tokens"),
                    Requirement.ANSWERS_VERSION_1,
                    tokens.toPng(Map.of()),
                    tokens));
        }
        return all;
    }

    static TokenImage usualTokens(int vocabulary) {
        return tokens(USUAL, vocabulary);
    }

    private static List<Case> usual(int vocabulary) {
        TokenImage tokens = usualTokens(vocabulary);
        Pixels row = tokens.toPixels();
        List<Case> all = new ArrayList<>();
        add(all, tokens, "40-tokens", rgb(row));
        for (int filter = 1; filter <= 4; filter++) {
            add(all, tokens, "40-tokens-filter-" + filter, rgb(row).filtered(filter));
        }
        add(all, tokens, "40-tokens-stored", rgb(row).stored());
        add(all, tokens, "40-tokens-many-idat", rgb(row).inParts(PART));
        add(all, tokens, "40-tokens-ancillary-chunks", noted(rgb(row)));
        add(all, tokens, "40-tokens-interlaced", rgb(row).interlaced());
        add(all, tokens, "40-tokens-interlaced-filter-4", rgb(row).interlaced().filtered(4));
        add(all, tokens, "40-tokens-16-bit", new RowPng(row, RGB, 16));
        add(all, tokens, "40-tokens-rgba", new RowPng(row, RGBA, 8));
        add(all, tokens, "40-tokens-rgba-interlaced", new RowPng(row, RGBA, 8).interlaced());
        add(all, tokens, "40-tokens-rgba-16-bit", new RowPng(row, RGBA, 16));
        add(all, tokens, "40-tokens-palette", new RowPng(row, PALETTE, 8));
        byte[] opaque = new byte[2];
        Arrays.fill(opaque, (byte) 255);
        add(all, tokens, "40-tokens-palette-opaque", new RowPng(row, PALETTE, 8).chunk("tRNS", opaque));
        return all;
    }

    /** One id again and again: two colours, which fit palettes of every depth. */
    private static List<Case> fewColours(int vocabulary) {
        int[] ids = new int[9];
        Arrays.fill(ids, Math.min('e', vocabulary - 1));
        TokenImage tokens = new TokenImage(PxiVersion.of(vocabulary), ids);
        Pixels row = tokens.toPixels();
        List<Case> all = new ArrayList<>();
        add(all, tokens, "9-equal-tokens", rgb(row));
        for (int depth = 1; depth <= 4; depth *= 2) {
            add(all, tokens, "9-equal-tokens-palette-" + depth + "-bit", new RowPng(row, PALETTE, depth));
        }
        add(all, tokens, "9-equal-tokens-palette-1-bit-interlaced", new RowPng(row, PALETTE, 1).interlaced());
        return all;
    }

    /** A count of 257 is the one grey first pixel of version 1, (1, 1, 1), one of 514 that of version 2; id 0 is black. */
    private static List<Case> greys(PxiVersion version) {
        int count = 257 * version.number();
        TokenImage tokens = new TokenImage(version, new int[count]);
        Pixels row = tokens.toPixels();
        List<Case> all = new ArrayList<>();
        add(all, tokens, count + "-zeros", rgb(row));
        add(all, tokens, count + "-zeros-grey", new RowPng(row, GREY, 8));
        add(all, tokens, count + "-zeros-grey-16-bit", new RowPng(row, GREY, 16));
        add(all, tokens, count + "-zeros-grey-alpha", new RowPng(row, GREY_ALPHA, 8));
        return all;
    }

    private static void add(List<Case> all, TokenImage tokens, String name, RowPng png) {
        all.add(new Case(name, Requirement.ACCEPTS_ENCODINGS, png.encode(), tokens));
    }

    static RowPng rgb(Pixels row) {
        return new RowPng(row, RGB, 8);
    }

    private static RowPng noted(RowPng png) {
        return png.chunk("gAMA", new byte[] {0, 0, (byte) 0xB1, (byte) 0x8F})
                .chunk("pHYs", new byte[] {0, 0, 11, 19, 0, 0, 11, 19, 1})
                .chunk("tEXt", "Comment\0a token image".getBytes(StandardCharsets.ISO_8859_1))
                .chunk("tIME", new byte[] {7, (byte) 0xE9, 11, 16, 12, 0, 0})
                .chunk("teSt", "a chunk that no reader knows".getBytes(StandardCharsets.ISO_8859_1));
    }
}
