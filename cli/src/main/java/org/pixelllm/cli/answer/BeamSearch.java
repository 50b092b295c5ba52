package org.pixelllm.cli.answer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Beam;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.images.SequenceImage;

/** The search for the likeliest texts. */
record BeamSearch(
        PixelLlm model, Prompt prompt, GenerationOptions options, GenerationFiles files, GenerationReport report) {

    /**
     * Searches, writes and prints.
     *
     * @param count how many texts
     * @param verbose whether the score of each is printed
     */
    void run(int count, boolean verbose) throws IOException {
        long start = System.nanoTime();
        List<Beam> beams = model.beams(prompt.tokens(), count, options, prompt.name());
        double milliseconds = (System.nanoTime() - start) / 1e6;
        Map<String, String> provenance = model.provenance();
        provenance.put("Sampler", count + " beams, ordered by mean log-probability");
        provenance.put("Stop", beams.getFirst().stop().words());
        @Nullable Scores scores = files.writePrompt();
        report.scores(scores);
        files.writeBeams(beams.stream().map(Beam::tokens).toList(), provenance);
        files.writeSequence(new SequenceImage(model.version(), beams.getFirst().tokens()), provenance);
        report.beams(beams, verbose, scores, milliseconds);
    }
}
