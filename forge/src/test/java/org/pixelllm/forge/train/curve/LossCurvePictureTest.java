package org.pixelllm.forge.train.curve;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.view.Canvas;

/** The curve's picture: dark like the other views, and no emptier than half. */
class LossCurvePictureTest {

    private static final int BLUE = 0x2FC2F2;
    private static final int AMBER = 0xFFB02F;

    @TempDir
    private Path folder;

    private BufferedImage draw(int steps, int planned) throws IOException {
        LossCurve curve = new LossCurve();
        for (int step = 0; step < steps; step++) {
            curve.addLoss(1 + 3.0 / (1 + step * 0.1));
        }
        curve.addMeasurement(new LossCurve.Measurement(steps / 2, 2, 1.9));
        curve.addMeasurement(new LossCurve.Measurement(steps, 1.95, Double.NaN));
        Path file = folder.resolve("curve.png");
        LossCurvePicture.write(file, curve, planned, 1, "test");
        return ImageIO.read(file.toFile());
    }

    /** The last column that has a colour. */
    private static int last(BufferedImage picture, int colour) {
        return IntStream.range(0, picture.getWidth())
                .filter(x -> IntStream.range(60, picture.getHeight())
                        .anyMatch(y -> (picture.getRGB(x, y) & 0xFFFFFF) == colour))
                .max()
                .orElse(-1);
    }

    @Test
    void itIsDark() throws IOException {
        BufferedImage picture = draw(400, 400);
        int dark = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                dark += (picture.getRGB(x, y) & 0xFFFFFF) == Canvas.BACKGROUND ? 1 : 0;
            }
        }
        assertThat(dark).isGreaterThan(picture.getWidth() * picture.getHeight() * 8 / 10);
        assertThat(last(picture, BLUE)).isGreaterThan(900);
        assertThat(last(picture, AMBER)).isGreaterThan(900);
    }

    /** A run without an end of its own is not drawn into the first columns. */
    @Test
    void atMostTwiceTheStepsDoneAreShown() throws IOException {
        assertThat(last(draw(400, 1_000_000), BLUE)).isBetween(470, 530);
        assertThat(last(draw(400, 500), BLUE)).isBetween(730, 800);
    }
}
