package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Shown;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.Texts;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Beam;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.engine.text.StopReason;
import org.pixelllm.protocol.images.BeamsImage;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;

/** Lets a model speak: text on standard output as it comes, and the protocol's files. */
public final class GenerateCommand extends Command {

    private final ModelOptions options = new ModelOptions(this);

    private final Value<String> text =
            parameter(String.class, word -> word, "TEXT", "The prompt; - reads it from standard input.", false);
    private final Value<Path> input = path("FILE", "A token image to continue instead of a text.", "-i", "--input");
    private final SamplingOptions sampling = new SamplingOptions(this);
    private final Value<Integer> beams =
            optionalWhole("K", "Look for the K likeliest texts instead of drawing one.", "--beams");
    private final Value<Boolean> stream = flag("Replace output_sequence.pxi, whole, after each token.", "--stream");
    private final ScoresOption scores = new ScoresOption(this);
    private final Value<Path> folder = path("DIR", Outputs.HELP, "-o", "--output");
    private final Value<Boolean> json = flag("Answer in JSON.", "--json");

    public GenerateCommand(Terminal terminal) {
        super("generate", "Continue a text or a token image over many tokens.", terminal);
    }

    @Override
    public Integer call() throws IOException {
        String given = text.orNull();
        Path from = input.orNull();
        Integer count = beams.orNull();
        if ((given == null) == (from == null)) {
            throw new UsageException("Give either a text or -i FILE.");
        }
        GenerationOptions wanted = sampling.read();
        if (count != null) {
            checkBeams(count);
        }
        Outputs files = new Outputs(terminal, folder.orNull());
        try (PixelLlm model = options.open()) {
            TokenImage prompt = from != null
                    ? TokenImage.read(from)
                    : model.tokens(Texts.of(Objects.requireNonNull(given), terminal));
            String name = from != null ? from.toString() : "<text>";
            if (count != null) {
                search(model, prompt, name, count, wanted, files);
            } else {
                speak(model, prompt, name, wanted, files);
            }
        }
        return ExitCode.OK;
    }

    private void checkBeams(int count) {
        if (count < 1 || count > BeamsImage.MAX_BEAMS) {
            throw new UsageException("--beams: expected 1 to " + BeamsImage.MAX_BEAMS + ", found " + count + ".");
        }
        sampling.requireNothingDrawn("--beams draws nothing: leave the sampling options and the seed out.");
        if (stream.get()) {
            throw new UsageException("--beams knows its best text only at the end: leave --stream out.");
        }
    }

    private void speak(PixelLlm model, TokenImage prompt, String name, GenerationOptions wanted, Outputs files)
            throws IOException {
        try (Generation generation = model.generate(prompt, wanted, name)) {
            terminal.err().println("seed " + wanted.sampling().seed());
            Scores scored = writePrompt(model, prompt, name, files);
            StringBuilder said = new StringBuilder();
            long start = System.nanoTime();
            while (generation.next()) {
                said.append(generation.text());
                if (!json.get()) {
                    terminal.out().print(generation.text());
                    terminal.out().flush();
                }
                if (stream.get() || generation.stop() != null) {
                    writeSequence(generation.image(), generation.provenance(), files);
                }
            }
            double milliseconds = (System.nanoTime() - start) / 1e6;
            Map<String, String> provenance = generation.provenance();
            if (json.get()) {
                Map<String, Object> result = json(generation.tokens(), said.toString(), generation.stop());
                result.put("seed", wanted.sampling().seed());
                result.put("sampler", wanted.sampling().words());
                ScoresOption.addTo(result, scored);
                finishJson(result, model, prompt, provenance.get("Context"), milliseconds, files);
            } else {
                terminal.out().println();
                finish(model, generation.tokens().size(), provenance.get("Context"), milliseconds, files);
            }
        }
    }

    private void search(
            PixelLlm model, TokenImage prompt, String name, int count, GenerationOptions wanted, Outputs files)
            throws IOException {
        long start = System.nanoTime();
        List<Beam> found = model.beams(prompt, count, wanted, name);
        double milliseconds = (System.nanoTime() - start) / 1e6;
        Map<String, String> provenance = model.provenance();
        provenance.put("Sampler", count + " beams, ordered by mean log-probability");
        provenance.put("Stop", found.getFirst().stop().words());
        Scores scored = writePrompt(model, prompt, name, files);
        BeamsImage image = new BeamsImage(found.stream().map(Beam::tokens).toList());
        files.write(BeamsImage.NAME, file -> image.write(file, provenance));
        writeSequence(new SequenceImage(found.getFirst().tokens()), provenance, files);
        if (json.get()) {
            Map<String, Object> result = new LinkedHashMap<>();
            ScoresOption.addTo(result, scored);
            result.put("beams", found.stream().map(GenerateCommand::json).toList());
            finishJson(result, model, prompt, null, milliseconds, files);
        } else {
            terminal.out().println(found.getFirst().text());
            if (verbose()) {
                int rank = 1;
                for (Beam beam : found) {
                    terminal.err()
                            .println(rank++ + "  " + beam.score() + "  "
                                    + beam.stop().words());
                }
            }
            finish(model, found.getFirst().tokens().size(), null, milliseconds, files);
        }
    }

    private @Nullable Scores writePrompt(PixelLlm model, TokenImage prompt, String name, Outputs files)
            throws IOException {
        if (input.orNull() == null) {
            files.write("input_tokens", file -> prompt.write(file, model.provenance()));
        }
        Scores scored = scores.write(model, prompt, name, files);
        if (scored != null && !json.get()) {
            terminal.err().println(ScoresOption.words(scored));
        }
        return scored;
    }

    private static void writeSequence(SequenceImage image, Map<String, String> provenance, Outputs files)
            throws IOException {
        files.write(SequenceImage.NAME, file -> image.write(file, provenance));
    }

    private void finish(PixelLlm model, int tokens, @Nullable String context, double milliseconds, Outputs files) {
        if (context != null) {
            terminal.err().println("context: " + context);
        }
        for (Path file : files.files().values()) {
            terminal.err().println(file);
        }
        terminal.err()
                .println(model.executor().executor().name() + " executor, " + tokens + " tokens in "
                        + Shown.tenths(milliseconds) + " ms: " + Shown.tenths(tokens / milliseconds * 1000)
                        + " a second");
    }

    private static Map<String, Object> json(Beam beam) {
        Map<String, Object> result = json(beam.tokens(), beam.text(), beam.stop());
        result.put("score", beam.score());
        result.put("log_probability", beam.logProbability());
        return result;
    }

    private static Map<String, Object> json(List<Prediction> tokens, String said, @Nullable StopReason stop) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("text", said);
        result.put("tokens", tokens.stream().map(Prediction::id).toList());
        result.put("probs", tokens.stream().map(Prediction::probability).toList());
        result.put("stop", stop == null ? "" : stop.words());
        return result;
    }

    private void finishJson(
            Map<String, Object> result,
            PixelLlm model,
            TokenImage prompt,
            @Nullable String context,
            double milliseconds,
            Outputs files) {
        result.put("tokens_given", prompt.count());
        if (context != null) {
            result.put("context", context);
        }
        result.put("executor", model.executor().executor().name());
        result.put("milliseconds", milliseconds);
        result.put("cartridge", "sha256:" + model.cartridge().digest());
        result.put("files", files.json());
        Json.print(terminal, result);
    }
}
