package org.pixelllm.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.pixelllm.conformance.OutputRules;
import org.pixelllm.protocol.fault.NotPxiException;
import org.pixelllm.protocol.fault.PxiException.Fault;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Pixels;
import org.pixelllm.protocol.png.PngLimits;

/**
 * A golden request and its answer: {@code NAME.input_tokens.pxi} and beside it {@code NAME.output_token.pxi} and
 * {@code NAME.logits_heatmap.pxi}.
 *
 * @param request the file to be answered
 * @param prediction what is expected, best first
 * @param heatmap what is expected // [H, W, 3]
 */
record GoldenCase(Case request, PredictionImage prediction, Pixels heatmap) {

    private static final String REQUEST = ".input_tokens.pxi";

    /** How far a confidence or grey may be off: another order of sums may cross a floor. */
    private static final int CLOSE = 1;

    /** Reads all of a folder, by name. */
    static List<GoldenCase> all(Path folder) throws IOException {
        List<Path> requests;
        try (Stream<Path> files = Files.list(folder)) {
            requests = files.filter(file -> file.getFileName().toString().endsWith(REQUEST))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw PxiFiles.unreadable(folder, e);
        }
        if (requests.isEmpty()) {
            throw new NotPxiException(new Fault(
                    folder.toString(),
                    "folder",
                    "files named NAME" + REQUEST,
                    "none",
                    "Name a folder of golden requests, as cartridges/golden is."));
        }
        List<GoldenCase> all = new ArrayList<>();
        for (Path file : requests) {
            String name = file.getFileName().toString().replace(REQUEST, "");
            TokenImage tokens = TokenImage.read(file);
            all.add(new GoldenCase(
                    new Case("golden-" + name, Requirement.GOLDEN, Files.readAllBytes(file), tokens),
                    PredictionImage.read(folder.resolve(name + "." + OutputRules.PREDICTION)),
                    read(folder.resolve(name + "." + OutputRules.HEATMAP))));
        }
        return all;
    }

    private static Pixels read(Path file) throws IOException {
        return PxiFiles.read(file, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                .pixels();
    }

    /** Where an answer is not the expected one, in words; empty where it is. */
    String difference(Answer answer) {
        List<Prediction> wanted = prediction.predictions();
        int count = answer.prediction().size();
        if (count != wanted.size()) {
            return "expected " + wanted.size() + " predictions, found " + count;
        }
        for (int i = 0; i < count; i++) {
            int id = wanted.get(i).id();
            int confidence = wanted.get(i).confidence();
            if (answer.id(i) != id || Math.abs(answer.confidence(i) - confidence) > CLOSE) {
                return "prediction %d: expected id %d with about B %d, found id %d with B %d"
                        .formatted(i, id, confidence, answer.id(i), answer.confidence(i));
            }
        }
        int cells = Math.min(
                heatmap.width() * heatmap.height(),
                answer.heatmap().width() * answer.heatmap().height());
        for (int id = 0; id < cells; id++) {
            int grey = heatmap.red(id % heatmap.width(), id / heatmap.width());
            if (Math.abs(answer.grey(id) - grey) > CLOSE) {
                return "id " + id + ": expected a grey of about " + grey + ", found " + answer.grey(id);
            }
        }
        return "";
    }
}
