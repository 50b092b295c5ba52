package org.pixelllm.cli.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.engine.ExecutorChoice;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.ModelFaultException;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.protocol.fault.PxiException;

/**
 * What a cartridge writes while it is trained: always with the same seed, so that samples can be compared.
 *
 * @param cartridge the run's
 * @param choice what runs it
 * @param prompt what the text begins with; empty for no sample
 */
record TrainSample(Path cartridge, ExecutorChoice choice, String prompt) {

    private static final Sampling SAMPLING = new Sampling(0.5, 0, 1, 0, 1, 1);

    /** A sample in one line, control characters as escapes; null where none is wanted or can be made. */
    @Nullable
    String line() {
        if (prompt.isEmpty()) {
            return null;
        }
        GenerationOptions options = new GenerationOptions(SAMPLING, GenerationOptions.DEFAULT_TOKENS, null);
        StringBuilder text = new StringBuilder(prompt);
        try (PixelLlm model = PixelLlm.open(cartridge, choice);
                Generation generation = model.generate(model.tokens(prompt), options)) {
            while (generation.next()) {
                text.append(generation.text());
            }
        } catch (PxiException | ModelFaultException e) {
            return null; // The training goes on; who uses the cartridge is told.
        }
        return ConsoleText.visible(text.toString());
    }
}
