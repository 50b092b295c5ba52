package org.pixelllm.cli.answer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.storage.Writing;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Interrupts;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.engine.text.StopReason;
import org.pixelllm.protocol.fault.ChangedFileException;

/** The loop that samples one token after another until the generation stops. */
record SampledGeneration(
        PixelLlm model, Prompt prompt, GenerationOptions options, GenerationFiles files, GenerationReport report) {

    /** How long one step may take after Ctrl-C: a longer one is given up with the process. */
    private static final long STEP_MILLIS = 10_000;

    /**
     * Generates, prints and writes. What was generated is kept, whatever ends it: Ctrl-C, a plain kill, or a fault.
     *
     * @param stream whether the sequence is written after each token, and not only after the last
     * @return {@link ExitCode#INTERRUPTED} if it was
     */
    ExitCode run(boolean stream) throws IOException {
        try (Interrupts interrupts = new Interrupts(report.terminal(), () -> {}, STEP_MILLIS);
                Writing _ = Writing.of(files.sequence());
                Generation generation = model.generate(prompt.tokens(), options, prompt.name())) {
            if (options.sampling().temperature() > 0) {
                report.seed(options.sampling().seed()); // else nothing is drawn
            }
            @Nullable Scores scores = files.writePrompt();
            report.scores(scores);
            StringBuilder text = new StringBuilder();
            long start = System.nanoTime();
            try {
                while (!interrupts.interrupted() && generation.next()) {
                    text.append(generation.text());
                    report.text(generation.text());
                    if (stream || generation.stop() != null) {
                        files.writeSequence(generation.image(), generation.provenance());
                    }
                }
                interrupt(generation);
            } catch (ChangedFileException e) {
                throw e; // what there is may be another model's
            } catch (RuntimeException | Error e) {
                keep(generation, e);
                throw e;
            }
            double milliseconds = (System.nanoTime() - start) / 1e6;
            report.sampled(generation, text.toString(), options.sampling(), scores, milliseconds);
            return generation.stop() == StopReason.INTERRUPTED ? ExitCode.INTERRUPTED : ExitCode.OK;
        }
    }

    /** Where it has not ended by itself, it ends here. */
    private void interrupt(Generation generation) throws IOException {
        if (generation.stop() == null) {
            generation.interrupt();
            if (!generation.tokens().isEmpty()) {
                files.writeSequence(generation.image(), generation.provenance());
            }
        }
    }

    private void keep(Generation generation, Throwable because) {
        try {
            interrupt(generation);
        } catch (IOException | RuntimeException e) {
            because.addSuppressed(e);
        }
    }
}
