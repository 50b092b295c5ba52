package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.Pixels;
import org.pixelllm.protocol.PngEncoder;
import org.pixelllm.protocol.PxiFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a picture that is large enough to look at. */
@Command(name = "view", description = "Write an enlarged picture of an image, for eyes.")
final class ViewCommand implements Callable<Integer> {

    private static final int MAX_SCALE = 256;
    private static final long MAX_PIXELS = 1L << 26;

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE.pxi", description = "The image.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.png",
            required = true,
            description = "The picture to write.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--scale", paramLabel = "N", description = "Each pixel becomes N x N. Default: 12.")
    private int scale = 12;

    ViewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Pixels pixels = PxiFile.pixels(file);
        if (scale < 1 || scale > MAX_SCALE || (long) pixels.width() * pixels.height() * scale * scale > MAX_PIXELS) {
            throw new UsageException("--scale: expected 1 to " + MAX_SCALE + " and a picture of at most " + MAX_PIXELS
                    + " pixels, found " + scale + " for " + pixels.width() + " x " + pixels.height() + ".");
        }
        Map<String, String> text = Map.of("Software", "Pixel-LLM " + PixelLlm.VERSION);
        PxiFiles.write(output, PngEncoder.encode(pixels.scaled(scale), text));
        if (common.verbose()) {
            terminal.err().println(output + ": " + pixels.width() * scale + " x " + pixels.height() * scale);
        }
        return ExitCode.OK;
    }
}
