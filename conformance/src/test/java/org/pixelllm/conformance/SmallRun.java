package org.pixelllm.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngEncoder;

/** One right run of a model with a vocabulary of eight, written out by hand, for tests to break. */
final class SmallRun {

    static final int VOCABULARY = 8;

    int[] tokens = {4, 2, 7};

    // one {id, confidence} for each prediction
    int[][] predictions = {{7, 150}, {3, 70}, {5, 33}};

    // one for each id // [2, 4]
    int[] greys = {0, 60, 100, 200, 10, 147, 30, 255};

    private final Path folder;

    SmallRun(Path folder) {
        this.folder = folder;
    }

    Path input() {
        return folder.resolve("input_tokens.pxi");
    }

    Path prediction() {
        return folder.resolve("output_token.pxi");
    }

    Path heatmap() {
        return folder.resolve("logits_heatmap.pxi");
    }

    Path outputs() {
        return folder;
    }

    Pixels predictionPixels() {
        Pixels pixels = Pixels.black(predictions.length, 1);
        for (int x = 0; x < predictions.length; x++) {
            pixels.setRedGreen(x, 0, predictions[x][0], predictions[x][1]);
        }
        return pixels;
    }

    Pixels heatmapPixels() {
        Pixels pixels = Pixels.black(4, greys.length / 4);
        for (int i = 0; i < greys.length; i++) {
            pixels.set(i % 4, i / 4, greys[i], greys[i], greys[i]);
        }
        return pixels;
    }

    SmallRun write() throws IOException {
        new TokenImage(tokens).write(input(), Map.of());
        put(prediction(), predictionPixels());
        put(heatmap(), heatmapPixels());
        return this;
    }

    static void put(Path file, Pixels pixels) throws IOException {
        Files.write(file, PngEncoder.encode(pixels, Map.of()));
    }
}
