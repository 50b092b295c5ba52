package org.pixelllm.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngDecoder;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;

/**
 * Pixels to PNG bytes and back, in memory, beside the JDK's ImageIO. Both decode the same file, which ImageIO wrote and
 * compressed: what callers send was mostly written by another library. When encoding, each writes as it does: ImageIO
 * compresses, ours stores pictures this small.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before a benchmark.
public class ImageCodec {

    @Param
    public SampleImage image;

    private Pixels pixels;
    private BufferedImage buffered;
    private byte[] file;

    @Setup
    public void prepare() throws IOException {
        // Its cache in a temporary file would make ImageIO look slower than it has to be.
        ImageIO.setUseCache(false);
        pixels = image.pixels();
        buffered = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                buffered.setRGB(x, y, pixels.red(x, y) << 16 | pixels.green(x, y) << 8 | pixels.blue(x, y));
            }
        }
        file = encodeWithImageIo();
        if (!decode().pixels().equals(pixels)) {
            throw new IllegalStateException("ImageIO and this project do not agree on the pixels");
        }
    }

    @Benchmark
    public byte[] encode() {
        return PngEncoder.encode(pixels, Map.of());
    }

    @Benchmark
    public byte[] encodeWithImageIo() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        if (!ImageIO.write(buffered, "png", out)) {
            throw new IllegalStateException("ImageIO has no PNG writer");
        }
        return out.toByteArray();
    }

    @Benchmark
    public Png decode() throws IOException {
        return PngDecoder.decode(ByteBuffer.wrap(file), "<memory>", PngLimits.PROTOCOL);
    }

    @Benchmark
    public BufferedImage decodeWithImageIo() throws IOException {
        return ImageIO.read(new ByteArrayInputStream(file));
    }
}
