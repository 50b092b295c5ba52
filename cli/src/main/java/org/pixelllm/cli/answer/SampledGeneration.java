package org.pixelllm.cli.answer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Scores;

/** The loop that samples one token after another until the generation stops. */
record SampledGeneration(
        PixelLlm model, Prompt prompt, GenerationOptions options, GenerationFiles files, GenerationReport report) {

    /**
     * Generates, prints and writes.
     *
     * @param stream whether the sequence is written after each token, and not only after the last
     */
    void run(boolean stream) throws IOException {
        try (Generation generation = model.generate(prompt.tokens(), options, prompt.name())) {
            report.seed(options.sampling().seed());
            @Nullable Scores scores = files.writePrompt();
            report.scores(scores);
            StringBuilder text = new StringBuilder();
            long start = System.nanoTime();
            while (generation.next()) {
                text.append(generation.text());
                report.text(generation.text());
                if (stream || generation.stop() != null) {
                    files.writeSequence(generation.image(), generation.provenance());
                }
            }
            double milliseconds = (System.nanoTime() - start) / 1e6;
            report.sampled(generation, text.toString(), options.sampling(), scores, milliseconds);
        }
    }
}
