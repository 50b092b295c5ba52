package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.PngLimits;

/** The pages name only files that are there, and show pictures that the program made. */
class PagesTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));

    @Test
    void everyLinkAndPictureIsThere() throws IOException {
        Pattern link = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]+))?\\)");
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
            for (Path page :
                    Stream.concat(pages, Stream.of(ROOT.resolve("README.md"))).toList()) {
                if (!page.toString().endsWith(".md")) {
                    continue;
                }
                Matcher links = link.matcher(Files.readString(page));
                while (links.find()) {
                    Path target = links.group(1).isEmpty() ? page : page.resolveSibling(links.group(1));
                    assertThat(target).as("linked from %s", page.getFileName()).exists();
                    if (links.group(2) != null) {
                        assertThat(anchors(target))
                                .as("%s, linked from %s", target, page)
                                .contains(links.group(2));
                    }
                }
            }
        }
    }

    /** The names that GitHub gives to the headings of a page. */
    private static List<String> anchors(Path page) throws IOException {
        return Files.readString(page)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
                .toList();
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
