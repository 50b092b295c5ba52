package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pixelllm.conformance.GoldenImages.Golden;
import org.pixelllm.protocol.images.TokenImage;

class GoldenImagesTest {

    @TempDir
    private Path folder;

    static List<Golden> all() {
        return GoldenImages.ALL;
    }

    @ParameterizedTest
    @MethodSource("all")
    void todaysBytesAreTheGoldenOnes(Golden golden) throws IOException {
        GoldenImages.main(new String[] {folder.toString()});

        assertThat(folder.resolve(golden.file())).hasSameBinaryContentAs(committed(golden));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theGoldenFileIsReadToItsTokens(Golden golden) throws IOException {
        assertThat(TokenImage.read(committed(golden))).isEqualTo(golden.tokens());
    }

    @Test
    void theDocumentsExampleIsAmongThem() {
        assertThat(GoldenImages.ALL.getFirst().tokens()).isEqualTo(new TokenImage(new int[] {112, 120, 79, 83}));
    }

    @Test
    void everyFileHasItsLineAndItsGenerator() throws IOException {
        List<String> expected = GoldenImages.ALL.stream().map(Golden::file).toList();
        try (Stream<Path> files = Files.list(GoldenImages.folder())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".pxi")))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(Files.readString(GoldenImages.folder().resolve("README.md"))).contains(expected);
    }

    private static Path committed(Golden golden) {
        return GoldenImages.folder().resolve(golden.file());
    }
}
