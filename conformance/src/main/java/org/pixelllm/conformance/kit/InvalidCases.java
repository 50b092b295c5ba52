package org.pixelllm.conformance.kit;

import static org.pixelllm.conformance.kit.RowPng.PALETTE;
import static org.pixelllm.conformance.kit.RowPng.RGBA;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.protocol.images.PxiVersion;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;

/** Files to be refused, each for one reason alone. */
final class InvalidCases {

    private static final int IEND_BYTES = 12;

    private InvalidCases() {}

    static List<Case> all(int vocabulary) {
        TokenImage few = ValidCases.tokens(4, vocabulary);
        PxiVersion own = few.version();
        List<Case> all = new ArrayList<>();
        for (int version : new int[] {0, own.number() + 1}) {
            add(all, "version-" + version, Requirement.REFUSES_VERSION, few, row -> row.set(0, 0, 4, 0, version));
        }
        for (int count : new int[] {3, 5, 4 + 256}) {
            String name = "count-of-" + count + "-for-4-tokens";
            add(all, name, Requirement.REFUSES_COUNT, few, row -> row.setRedGreen(0, 0, count, own.number()));
        }
        Pixels none = Pixels.black(1, 1);
        none.set(0, 0, 0, 0, own.number());
        all.add(refused("no-tokens", Requirement.REFUSES_NO_TOKENS, png(none)));
        all.add(refused("two-rows", Requirement.REFUSES_HEIGHT, png(twice(few.toPixels()))));
        // A vocabulary of all that two bytes can number has no unknown id.
        IntStream.of(vocabulary, own.maxId())
                .filter(id -> id >= vocabulary && id <= own.maxId())
                .distinct()
                .forEach(id -> add(
                        all,
                        "id-" + id,
                        Requirement.REFUSES_UNKNOWN_IDS,
                        few,
                        row -> row.setRedGreen(3, 0, id, id >> 16)));
        if (Requirement.REFUSES_BLUE.isOf(own)) {
            add(all, "blue-1", Requirement.REFUSES_BLUE, few, row -> row.set(2, 0, row.red(2, 0), row.green(2, 0), 1));
        }
        all.addAll(translucent(few.toPixels()));
        all.addAll(damaged(ValidCases.usualTokens(vocabulary)));
        all.add(refused("empty-file", Requirement.REFUSES_OTHER_FILES, new byte[0]));
        all.add(refused("text-file", Requirement.REFUSES_OTHER_FILES, "pxOS\n".getBytes(StandardCharsets.UTF_8)));
        all.add(refused("missing-file", Requirement.REFUSES_OTHER_FILES, null));
        return all;
    }

    private static List<Case> translucent(Pixels row) {
        byte[] lastClear = new byte[colours(row)];
        Arrays.fill(lastClear, (byte) 255);
        lastClear[lastClear.length - 1] = 0;
        byte[] key = {0, (byte) row.red(1, 0), 0, (byte) row.green(1, 0), 0, (byte) row.blue(1, 0)};
        return List.of(
                refused(
                        "alpha-254",
                        Requirement.REFUSES_TRANSPARENCY,
                        new RowPng(row, RGBA, 8).alpha(2, 254).encode()),
                refused(
                        "transparent-palette-entry",
                        Requirement.REFUSES_TRANSPARENCY,
                        new RowPng(row, PALETTE, 8).chunk("tRNS", lastClear).encode()),
                refused(
                        "transparent-colour",
                        Requirement.REFUSES_TRANSPARENCY,
                        ValidCases.rgb(row).chunk("tRNS", key).encode()));
    }

    private static int colours(Pixels row) {
        return (int) IntStream.range(0, row.width())
                .map(x -> row.red(x, 0) << 16 | row.green(x, 0) << 8 | row.blue(x, 0))
                .distinct()
                .count();
    }

    private static List<Case> damaged(TokenImage tokens) {
        byte[] file = ValidCases.rgb(tokens.toPixels()).stored().encode();
        byte[] flipped = file.clone();
        flipped[file.length / 2] ^= 1; // in the pixels: the file is little else
        return List.of(
                refused("cut-in-its-header", Requirement.REFUSES_DAMAGE, Arrays.copyOf(file, 20)),
                refused("cut-in-half", Requirement.REFUSES_DAMAGE, Arrays.copyOf(file, file.length / 2)),
                refused(
                        "cut-before-its-end",
                        Requirement.REFUSES_DAMAGE,
                        Arrays.copyOf(file, file.length - IEND_BYTES)),
                refused("flipped-bit", Requirement.REFUSES_DAMAGE, flipped));
    }

    private static Pixels twice(Pixels row) {
        byte[] both = Arrays.copyOf(row.rgb(), 2 * row.rgb().length);
        System.arraycopy(row.rgb(), 0, both, row.rgb().length, row.rgb().length);
        return new Pixels(row.width(), 2, both);
    }

    private static void add(
            List<Case> all, String name, Requirement requirement, TokenImage tokens, Consumer<Pixels> broken) {
        Pixels row = tokens.toPixels();
        broken.accept(row);
        all.add(refused(name, requirement, png(row)));
    }

    private static Case refused(String name, Requirement requirement, byte @Nullable [] file) {
        return new Case(name, requirement, file, null);
    }

    private static byte[] png(Pixels pixels) {
        return PngEncoder.encode(pixels, Map.of());
    }
}
