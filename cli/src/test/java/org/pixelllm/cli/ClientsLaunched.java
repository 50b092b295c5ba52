package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients in other languages, by their own tests, which ask the engine. Runs after packaging. */
class ClientsLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();
    private static final Path CLIENTS = ROOT.resolve("clients");

    @TempDir
    private Path folder;

    private record Result(int code, String out) {}

    private Result run(Path directory, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        return new Result(process.waitFor(), Files.readString(out));
    }

    /** Skips, visibly, where a tool is missing; CI has all of them. */
    private void require(String tool, String check) throws IOException, InterruptedException {
        boolean there = run(folder, "sh", "-c", check).code() == 0;
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("CI installs " + tool)
                .isTrue();
        assumeThat(there)
                .as(tool + " is there; without it this test is skipped")
                .isTrue();
    }

    @Test
    void javaScript() throws IOException, InterruptedException {
        require("Node 18 or newer", "node -e 'new DecompressionStream(\"deflate\")'");
        Result result = run(CLIENTS.resolve("javascript"), "node", "--test", "--test-reporter=tap");
        assertThat(result.out()).contains("# fail 0", "# skipped 0");
        assertThat(result.code()).as(result.out()).isZero();
    }

    @Test
    void shell() throws IOException, InterruptedException {
        require("iconv and gzip", "command -v iconv gzip");
        boolean dash = run(folder, "sh", "-c", "command -v dash").code() == 0;
        Result result = run(
                folder,
                "env",
                "SH=" + (dash ? "dash" : "sh"),
                CLIENTS.resolve("shell/check.sh").toString());
        assertThat(result.out()).isEqualTo("all checks hold\n");
        assertThat(result.code()).isZero();
    }

    /** Also reads what the JDK's writer makes of pictures of every kind that it knows. */
    @Test
    void c() throws IOException, InterruptedException {
        require("a C compiler", "printf '#include <stdio.h>\\n' | cc -E - >/dev/null");
        List<String> command =
                new ArrayList<>(List.of(CLIENTS.resolve("c/check.sh").toString()));
        Random random = new Random(1);
        for (boolean interlaced : new boolean[] {false, true}) {
            for (int[] size : new int[][] {{1, 1}, {3, 2}, {33, 17}, {200, 100}}) {
                for (Kind kind : Kind.values()) {
                    command.addAll(picture(kind, size[0], size[1], interlaced, random));
                }
            }
        }
        Result result = run(folder, command.toArray(String[]::new));
        assertThat(result.out()).isEqualTo("all checks hold\nthe engine answers\nthe daemon answers\n");
        assertThat(result.code()).isZero();
    }

    private enum Kind {
        GREY,
        GREY_16,
        PALETTE_1,
        PALETTE_2,
        PALETTE_4,
        PALETTE_8,
        RGB,
        RGBA
    }

    /** Writes a picture of blots, and its pixels beside it; returns the names of both. */
    private List<String> picture(Kind kind, int width, int height, boolean interlaced, Random random)
            throws IOException {
        byte[] palette = new byte[3 * 256];
        random.nextBytes(palette);
        BufferedImage image = switch (kind) {
            case GREY -> new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
            case GREY_16 -> new BufferedImage(width, height, BufferedImage.TYPE_USHORT_GRAY);
            case PALETTE_1, PALETTE_2, PALETTE_4, PALETTE_8 -> indexed(kind, width, height, palette);
            case RGB -> new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
            case RGBA -> new BufferedImage(width, height, BufferedImage.TYPE_4BYTE_ABGR);
        };
        byte[] rgb = new byte[3 * width * height]; // [height, width, 3]
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                int blot = (x / 5 + y / 3) * 37 + random.nextInt(3); // compresses with matches, and filters pay
                for (int channel = 0; channel < 3; channel++) {
                    rgb[at + channel] = (byte) put(image, kind, x, y, channel, blot & 0xFF, palette);
                }
            }
        }
        String name = kind + "-" + width + "x" + height + (interlaced ? "-interlaced" : "");
        Path png = folder.resolve(name + ".png");
        Path raw = folder.resolve(name + ".rgb");
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(png.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        Files.write(raw, rgb);
        return List.of(png.toString(), raw.toString());
    }

    private static BufferedImage indexed(Kind kind, int width, int height, byte[] palette) {
        int bits = Integer.parseInt(kind.name().substring(8));
        IndexColorModel colours = new IndexColorModel(bits, 1 << bits, palette, 0, false);
        int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
        return new BufferedImage(width, height, type, colours);
    }

    /** Sets what one channel of a pixel is made of, and returns the colour that a reader should see. */
    private static int put(BufferedImage image, Kind kind, int x, int y, int channel, int value, byte[] palette) {
        int seen = channel == 0 ? value : value ^ channel;
        return switch (kind) {
            case GREY -> {
                image.getRaster().setSample(x, y, 0, value);
                yield value;
            }
            case GREY_16 -> {
                image.getRaster().setSample(x, y, 0, 257 * value);
                yield value;
            }
            case RGB, RGBA -> {
                image.getRaster().setSample(x, y, channel, seen);
                if (kind == Kind.RGBA) {
                    image.getRaster().setSample(x, y, 3, 255);
                }
                yield seen;
            }
            case PALETTE_1, PALETTE_2, PALETTE_4, PALETTE_8 -> {
                int index = value & ((1 << image.getColorModel().getPixelSize()) - 1);
                image.getRaster().setSample(x, y, 0, index);
                yield palette[3 * index + channel];
            }
        };
    }

    @Test
    void javaExample() throws IOException, InterruptedException {
        Result result = run(
                ROOT,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                "cli/target/pixel-llm.jar",
                "clients/java/Example.java",
                "cartridges/golden.pxi");
        assertThat(result.code()).as(result.out()).isZero();
        assertThat(result.out())
                .startsWith("110 " + 245 / 255.0 + "\n103 " + 3 / 255.0 + "\n")
                .contains("\n" + best(110) + " moth\nthat circled the lamp\nthat shone i\nLENGTH\n")
                .contains("LENGTH\n" + (best(32) + best(97)).repeat(2) + "2 2\n")
                .endsWith("no-such-cartridge.pxi: file: expected a file that can be read, found no such file. "
                        + "Check the name and the folder.\n");
    }

    private static String best(int id) {
        return "Prediction[id=" + id + ", confidence=255]\n";
    }

    /** What the page shows is in the example that runs. */
    @Test
    void theJavaPageShowsTheExample() throws IOException {
        String example = stripped(Files.readString(CLIENTS.resolve("java/Example.java")));
        List<String> shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("docs/java.md")))
                .results()
                .map(block -> stripped(block.group(1)))
                .toList();
        assertThat(shown)
                .hasSizeGreaterThan(5)
                .allSatisfy(block -> assertThat(example).contains(block));
    }

    private static String stripped(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
