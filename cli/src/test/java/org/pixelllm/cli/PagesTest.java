package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Assembler;

/** The pages show what the shipped cartridge is, and name only files that are there. */
class PagesTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));

    @Test
    void thePageOnTheMachineShowsTheShippedProgram() throws IOException {
        try (Cartridge cartridge = Cartridge.open(ROOT.resolve("cartridges/default.pxi"))) {
            String indented = Assembler.print(cartridge.program())
                    .lines()
                    .map(line -> line.isEmpty() ? line : "    " + line)
                    .collect(Collectors.joining("\n"));
            assertThat(Files.readString(ROOT.resolve("docs/pxvm.md"))).contains(indented);
        }
    }

    @Test
    void everyLinkAndPictureIsThere() throws IOException {
        Pattern link = Pattern.compile("\\]\\(([^)#:]+)\\)");
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
            for (Path page :
                    Stream.concat(pages, Stream.of(ROOT.resolve("README.md"))).toList()) {
                if (!page.toString().endsWith(".md")) {
                    continue;
                }
                Matcher links = link.matcher(Files.readString(page));
                while (links.find()) {
                    assertThat(page.resolveSibling(links.group(1)))
                            .as("linked from %s", page.getFileName())
                            .exists();
                }
            }
        }
    }

    /** A picture that the program made says so in its text entries. */
    @Test
    void thePicturesAreTheProgramsOwn() throws IOException {
        try (Stream<Path> pictures = Files.list(ROOT.resolve("docs/pictures"))) {
            for (Path picture : pictures.toList()) {
                assertThat(PxiFiles.read(picture, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                                .text())
                        .as(picture.toString())
                        .containsKey("Software");
            }
        }
    }
}
