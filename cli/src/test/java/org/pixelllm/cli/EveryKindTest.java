package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.PxiImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngEncoder;

/** The commands about images take every kind that the protocol has, as its row describes it. */
class EveryKindTest {

    /** Pixels that are sound as some kind; every kind reads at least one of them. */
    private static final List<Pixels> PICTURES = List.of(
            new TokenImage(new int[] {1, 2}).toPixels(),
            PredictionImage.of(new float[] {1, 2, 3}, 3).toPixels(),
            LogitsHeatmap.of(new float[40]).toPixels(),
            Pixels.black(1, 1),
            Pixels.black(2, 2));

    @TempDir
    private Path folder;

    private static PxiImage sample(PxiKind kind) {
        for (Pixels picture : PICTURES) {
            Png png = new Png(picture, Map.of());
            if (kind.textName().isEmpty() && PxiKind.of(png) != kind) {
                continue; // without a name it would be read as that
            }
            try {
                return kind.decode(png, "sample");
            } catch (PxiException e) {
                // another one may be
            }
        }
        throw new AssertionError("no picture is sound as " + kind);
    }

    @ParameterizedTest
    @EnumSource
    void isInspectedVerifiedComparedAndEnlarged(PxiKind kind) throws IOException {
        PxiImage image = sample(kind);
        String file = folder.resolve("image.pxi").toString();
        image.write(Path.of(file), Map.of());
        Captured inspected = Captured.run(folder, "inspect", file);
        assertThat(inspected.code()).as(inspected.err()).isEqualTo(ExitCode.OK.code());
        assertThat(inspected.out()).contains("kind: " + kind.words());
        image.facts().forEach((name, value) -> assertThat(inspected.out()).contains("  " + name + ": " + value));

        Captured verified = Captured.run(folder, "verify", file);
        assertThat(verified.code()).isEqualTo((kind == PxiKind.OTHER ? ExitCode.BAD_DATA : ExitCode.OK).code());
        assertThat(verified.out() + verified.err()).contains(kind.words());

        Captured compared = Captured.run(folder, "diff", file, file, "-o", folder.toString());
        assertThat(compared.code()).as(compared.err()).isEqualTo(ExitCode.OK.code());
        assertThat(compared.out()).contains("kind: " + kind.words(), "equal: true");

        Captured enlarged = Captured.run(
                folder, "view", file, "-o", folder.resolve("large.png").toString());
        assertThat(enlarged.code()).as(enlarged.err()).isEqualTo(ExitCode.OK.code());
        assertThat(folder.resolve("large.png")).exists();
    }

    @ParameterizedTest
    @EnumSource
    void isDecodedWhereItHoldsTokensOrLogitsAndElseRefusedByName(PxiKind kind) throws IOException {
        PxiImage image = sample(kind);
        String file = folder.resolve("image.pxi").toString();
        image.write(Path.of(file), Map.of());
        boolean isRead = image instanceof PxiImage.OfTokens || image instanceof LogitsHeatmap;

        Captured decoded = Captured.run(folder, "decode", file);
        assertThat(decoded.code()).as(decoded.err()).isEqualTo((isRead ? ExitCode.OK : ExitCode.BAD_DATA).code());
        assertThat(decoded.err()).contains(isRead ? "" : kind.words());
        assertThat(Captured.run(folder, "decode", "--json", file).code()).isEqualTo(decoded.code());
    }

    @ParameterizedTest
    @EnumSource
    void isReadAsWhatTheCallerSaysItIs(PxiKind kind) throws IOException {
        if (kind.word().isEmpty()) {
            return;
        }
        Path file = folder.resolve("image.pxi");
        Files.write(file, PngEncoder.encode(sample(kind).toPixels(), Map.of("Kind", "view")));
        Captured verified = Captured.run(folder, "verify", file.toString(), "--as", kind.word());
        assertThat(verified.out()).as(verified.err()).contains(kind.words() + ", correct");
        assertThat(Captured.run(folder, "verify", file.toString(), "--as", "nothing")
                        .err())
                .contains(kind.word());
    }
}
