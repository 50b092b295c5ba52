package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngLimits;

/** The gallery's commands make the gallery's pictures. */
class GalleryTest {

    private static final Pattern LINE = Pattern.compile("    \\./pixel-llm (.*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    /** Those of the page are taken of a browser. */
    private static final Pattern PICTURE = Pattern.compile("pictures/(?!page)(\\w+\\.png)");

    /** Of 255: how far a picture may be from the committed one, on another machine's arithmetic. */
    private static final double CLOSE = 0.5;

    @TempDir
    private Path folder;

    @Test
    void commandsMakeThePictures() throws IOException {
        String page = Files.readString(Captured.ROOT.resolve("docs/gallery.md"));
        for (String line : page.lines().toList()) {
            Matcher command = LINE.matcher(line);
            if (command.matches()) {
                run(command.group(1));
            }
        }
        Matcher pictures = PICTURE.matcher(page);
        int count = 0;
        while (pictures.find()) {
            String name = pictures.group(1);
            Pixels made = read(folder.resolve("out").resolve(name));
            Pixels shown = read(Captured.ROOT.resolve("docs/pictures").resolve(name));
            if (!name.equals("profile.png")) { // times differ
                assertThat(distance(made, shown)).as(name).isLessThan(CLOSE);
            }
            count++;
        }
        assertThat(count).isGreaterThan(10);
    }

    private void run(String line) throws IOException {
        List<String> words = new ArrayList<>();
        Matcher each = WORD.matcher(line);
        while (each.find()) {
            String word = each.group(1) != null ? each.group(1) : each.group(2);
            boolean file = word.startsWith("out");
            words.add(file ? folder.resolve(word).toString() : word.replace("cartridges/", cartridges()));
        }
        Path to = null;
        int redirect = words.indexOf(">");
        if (redirect >= 0) {
            to = Path.of(words.get(redirect + 1));
            words = words.subList(0, redirect);
        }
        boolean runs = List.of("look", "profile").contains(words.getFirst()) || line.startsWith("\"");
        if (runs) {
            words.addAll(List.of("-x", "reference"));
        }
        Captured result = Captured.run(folder, words.toArray(String[]::new));
        assertThat(result.code()).as(line + ": " + result.err()).isZero();
        if (to != null) {
            Files.writeString(to, result.out());
        }
    }

    private static String cartridges() {
        return Captured.ROOT.resolve("cartridges") + "/";
    }

    private static Pixels read(Path file) throws IOException {
        return PxiFiles.read(file, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                .pixels();
    }

    private static double distance(Pixels a, Pixels b) {
        assertThat(a.width()).isEqualTo(b.width());
        assertThat(a.height()).isEqualTo(b.height());
        double sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            sum += Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF));
        }
        return sum / a.rgb().length;
    }
}
