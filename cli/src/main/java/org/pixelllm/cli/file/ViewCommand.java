package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PictureImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;

/** Writes a picture that is large enough to look at. */
public final class ViewCommand extends Command {

    private static final int MAX_SCALE = 256;
    private static final long MAX_PIXELS = 1L << 26;

    private final Value<Path> file = file("FILE.pxi", "The image.");

    private final Value<Path> output = requiredPath("FILE.png", "The picture to write.", "-o", "--output");
    private final Value<Integer> scale = whole("N", "Each pixel becomes N x N.", 12, "--scale");

    public ViewCommand(Terminal terminal) {
        super("view", "Write an enlarged picture of an image.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        Png image = PxiFile.image(file.get());
        Pixels pixels = image.pixels();
        int n = scale.get();
        if (n < 1 || n > MAX_SCALE || (long) pixels.width() * pixels.height() * n * n > MAX_PIXELS) {
            throw new UsageException("--scale: expected 1 to " + MAX_SCALE + " and a picture of at most " + MAX_PIXELS
                    + " pixels, found " + n + " for " + pixels.width() + " x " + pixels.height() + ".");
        }
        // Whatever the image says of its origin holds for its view.
        Map<String, String> text = new LinkedHashMap<>(image.text());
        text.putIfAbsent("Software", "Pixel-LLM " + PixelLlm.VERSION);
        text.put("Shows", image.text().getOrDefault(PxiKind.KEYWORD, "an image") + ", each pixel " + n + " x " + n);
        PxiFiles.write(output.get(), PictureImage.view(pixels.scaled(n)).toPng(text));
        if (verbose()) {
            terminal.err().println(output.get() + ": " + pixels.width() * n + " x " + pixels.height() * n);
        }
        return ExitCode.OK;
    }
}
