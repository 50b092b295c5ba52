package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.SequenceImage;

/** The images of one generation. */
final class GenerationFiles {

    private final PixelLlm model;
    private final Prompt prompt;
    private final ScoresOption scores;
    private final Outputs files;

    GenerationFiles(PixelLlm model, Prompt prompt, ScoresOption scores, Outputs files) {
        this.model = model;
        this.prompt = prompt;
        this.scores = scores;
        this.files = files;
    }

    /**
     * Writes the tokens of a prompt that came as a text, and the scores where they are asked for.
     *
     * @return the scores; null where they are not asked for
     */
    @Nullable
    Scores writePrompt() throws IOException {
        if (prompt.isText()) {
            files.write("input_tokens", file -> prompt.tokens().write(file, model.provenance()));
        }
        return scores.write(model, prompt.tokens(), prompt.name(), files);
    }

    /** Where the sequence goes. */
    Path sequence() {
        return files.place(SequenceImage.NAME);
    }

    void writeSequence(SequenceImage image, Map<String, String> provenance) throws IOException {
        files.write(SequenceImage.NAME, file -> image.write(file, provenance));
    }

    void writeBeams(List<List<Prediction>> beams, Map<String, String> provenance) throws IOException {
        BeamsImage image = new BeamsImage(model.version(), beams);
        files.write(BeamsImage.NAME, file -> image.write(file, provenance));
    }
}
