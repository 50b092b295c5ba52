package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Path;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.protocol.images.BeamsImage;

/** Continues a prompt over many tokens: text on standard output as it comes, and the protocol's files. */
public final class GenerateCommand extends Command {

    private final ModelOptions options = new ModelOptions(this);

    private final PromptOptions input =
            new PromptOptions(this, "The prompt", "A token image to continue instead of a text.").withChat();
    private final SamplingOptions sampling = new SamplingOptions(this);
    private final Value<Integer> beams =
            optionalWhole("K", "Search for the K likeliest texts instead of sampling one.", "--beams");
    private final Value<Boolean> stream =
            flag("Replace output_sequence.pxi as a whole after each token, for readers that follow it.", "--stream");
    private final ScoresOption scores = new ScoresOption(this);
    private final Value<Path> folder = path("DIR", Outputs.HELP, "-o", "--output");
    private final Value<Boolean> json = jsonFlag();

    public GenerateCommand(Terminal terminal) {
        super("generate", "Continue a text or a token image over many tokens.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        input.requireOne();
        GenerationOptions generation = sampling.read();
        Integer count = beams.orNull();
        if (count != null) {
            requireBeams(count, BeamsImage.MAX_BEAMS);
            checkBeams();
        }
        Outputs outputs = new Outputs(terminal, folder.orNull(), Targets.of(input.file(), options.path()));
        try (PixelLlm model = options.open()) {
            if (count != null) {
                requireBeams(count, BeamsImage.most(model.version()));
            }
            Prompt prompt = input.read(model);
            GenerationFiles files = new GenerationFiles(model, prompt, scores, outputs);
            GenerationReport report = new GenerationReport(terminal, model, prompt, outputs, json.get());
            if (count == null) {
                return new SampledGeneration(model, prompt, generation, files, report).run(stream.get());
            }
            new BeamSearch(model, prompt, generation, files, report).run(count, verbose());
            return ExitCode.OK;
        }
    }

    private static void requireBeams(int count, int most) {
        if (count < 1 || count > most) {
            throw new UsageException("--beams: expected 1 to " + most + ", found " + count + ".");
        }
    }

    private void checkBeams() {
        sampling.requireNothingDrawn("--beams does not sample: leave out the sampling options and --seed.");
        if (stream.get()) {
            throw new UsageException("--beams has no text until its search ends: leave out --stream.");
        }
    }
}
