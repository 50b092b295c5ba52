package org.pixelllm.cli.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PngFile;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PictureImage;
import org.pixelllm.protocol.images.PxiKind;
import org.pixelllm.protocol.png.HeapSpace;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.protocol.png.PngReader;

/** Writes a picture that is large enough to look at. */
public final class ViewCommand extends Command {

    private static final int MAX_SCALE = 256;
    private static final long MAX_PIXELS = 1L << 26;

    private final Value<Path> file = file("FILE.pxi", "The image.");

    private final Value<Path> output = requiredPath("FILE.png", "The picture to write.", "-o", "--output");
    private final Value<Integer> scale = whole("N", "Each pixel becomes N x N.", 12, "--scale");

    private final Value<Boolean> force = Targets.forceFlag(this);

    public ViewCommand(Terminal terminal) {
        super("view", "Write an enlarged picture of an image.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        int n = scale.get();
        Png image = read(n);
        Pixels pixels = image.pixels();
        // Whatever the image says of its origin holds for its view.
        Map<String, String> text = new LinkedHashMap<>(image.text());
        text.putIfAbsent("Software", "Pixel-LLM " + PixelLlm.VERSION);
        text.put("Shows", image.text().getOrDefault(PxiKind.KEYWORD, "an image") + ", each pixel " + n + " x " + n);
        Targets.of(file.get()).requireNoModel(output.get(), force.get());
        PxiFiles.write(output.get(), PictureImage.view(pixels.scaled(n)).toPng(text));
        if (verbose()) {
            terminal.err().println(output.get() + ": " + pixels.width() * n + " x " + pixels.height() * n);
        }
        return ExitCode.OK;
    }

    /** The image, once it is known that its picture is one that we read. */
    private Png read(int n) throws PxiException {
        try (PngFile open = PxiFile.open(file.get())) {
            PngReader png = open.png();
            long width = (long) png.width() * n;
            long pixels = width * png.height() * n;
            if (n < 1 || n > MAX_SCALE || pixels > MAX_PIXELS || width > PxiFile.MAX_WIDTH) {
                throw new UsageException(
                        "--scale: expected 1 to %d and a picture of at most %d pixels, at most %d wide, found %d for %d x %d."
                                .formatted(MAX_SCALE, MAX_PIXELS, PxiFile.MAX_WIDTH, n, png.width(), png.height()));
            }
            if (!HeapSpace.holds(3 * pixels + 3L * png.width() * png.height())) {
                throw new UsageException(
                        "--scale %d: the picture takes %d bytes, and %d are left. Choose a smaller scale. %s"
                                .formatted(n, 3 * pixels, HeapSpace.left(), HeapSpace.REMEDY));
            }
            return png.decode(PngLimits.LARGEST);
        }
    }
}
