package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.model.ModelOptions;
import org.pixelllm.cli.storage.Targets;
import org.pixelllm.cli.terminal.Command;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Spelling;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.cli.terminal.TextArgument;
import org.pixelllm.cli.terminal.UsageException;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.LogitsHeatmap;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** Predicts the next token, as the protocol's files and in words. */
public final class InferCommand extends Command {

    private final ModelOptions options = new ModelOptions(this);

    private final Value<String> text =
            parameter(String.class, word -> word, "TEXT", "The text; - reads it from standard input.", false);
    private final Value<List<Path>> input =
            paths("FILE", "Token images, or folders of them, instead of a text.", "-i", "--input");
    private final Value<Integer> top =
            whole("K", "How many tokens the prediction lists.", PredictionImage.DEFAULT_K, "-k", "--top");
    private final Value<Path> folder = path("DIR", Outputs.HELP, "-o", "--output");
    private final ScoresOption scores = new ScoresOption(this);
    private final Value<Boolean> json = jsonFlag();

    public InferCommand(Terminal terminal) {
        super("infer", "Predict the next token of a text, of a token image or of many.", terminal);
    }

    @Override
    protected ExitCode execute() throws IOException {
        String given = text.orNull();
        List<Path> inputs = input.get();
        int k = top.get();
        PromptOptions.requireOne(given != null, !inputs.isEmpty());
        Path from = inputs.isEmpty() ? null : inputs.getFirst();
        if (inputs.size() > 1 || (from != null && Files.isDirectory(from))) {
            return answerMany(inputs, k);
        }
        Outputs files = new Outputs(terminal, folder.orNull(), Targets.of(from, options.path()));
        try (PixelLlm model = options.open()) {
            checkTop(model, k);
            TokenImage tokens;
            if (from != null) {
                tokens = TokenImage.read(from);
            } else {
                tokens = model.tokens(TextArgument.read(Objects.requireNonNull(given), terminal));
            }
            long start = System.nanoTime();
            Answer answer = model.predict(tokens, from != null ? from.toString() : Prompt.TEXT);
            double milliseconds = (System.nanoTime() - start) / 1e6;
            if (verbose()) {
                terminal.err()
                        .println(answer.tokensUsed() + " tokens in " + ConsoleText.tenths(milliseconds) + " ms: "
                                + ConsoleText.tenths(answer.tokensUsed() / milliseconds * 1000) + " tokens a second.");
            }
            if (answer.isShortened()) {
                terminal.err().println(ConsoleText.shortened(answer));
            }
            Map<String, String> provenance = model.provenance(answer);
            PredictionImage prediction = answer.prediction(k, from != null ? from.toString() : Prompt.TEXT);
            if (from == null) {
                files.write("input_tokens", file -> tokens.write(file, provenance));
            }
            LogitsHeatmap heatmap = answer.heatmap();
            files.write("output_token", file -> prediction.write(file, provenance));
            files.write("logits_heatmap", file -> heatmap.write(file, provenance));
            Scores scored = scores.write(model, tokens, from != null ? from.toString() : Prompt.TEXT, files);
            if (json.get()) {
                printJson(model, answer, k, prediction, milliseconds, scored, files);
            } else {
                print(model, answer.shares(k), prediction, heatmap, milliseconds, scored, files);
            }
        }
        return ExitCode.OK;
    }

    /** How this model spells its tokens. */
    static Spelling spelling(PixelLlm model) throws PxiException {
        return Spelling.of(model.cartridge().hasTokenizer() ? model.cartridge().tokenizer() : null);
    }

    private ExitCode answerMany(List<Path> inputs, int k) throws IOException {
        if (scores.isGiven()) {
            throw new UsageException("--scores is for one prompt: give a text or one file.");
        }
        ManyInputs many = ManyInputs.of(inputs);
        Targets targets = Targets.of(options.path()).and(many.files());
        Outputs files = new Outputs(terminal, folder.orNull(), targets);
        ManyAnswers.targets(many.files(), files.folder()).forEach(targets::require);
        try (PixelLlm model = options.open()) {
            checkTop(model, k);
            return new ManyAnswers(terminal, model, k, files.folder()).answer(many, json.get());
        }
    }

    public static void checkTop(PixelLlm model, int k) {
        int most = Math.min(model.vocabulary(), PredictionImage.most(model.version()));
        if (k < 1 || k > most) {
            throw new UsageException("-k: expected 1 to " + most + ", found " + k + ".");
        }
    }

    private void print(
            PixelLlm model,
            double[] shares,
            PredictionImage prediction,
            LogitsHeatmap heatmap,
            double milliseconds,
            @Nullable Scores scored,
            Outputs files)
            throws PxiException {
        ConsoleText.prediction(terminal.out(), prediction, shares, spelling(model));
        if (terminal.pictures()) {
            terminal.out().println();
            ConsoleText.heatmap(terminal, heatmap);
        }
        terminal.out().println();
        if (scored != null) {
            terminal.out().println(ScoresOption.words(scored));
        }
        for (Path file : files.files().values()) {
            terminal.out().println(file);
        }
        terminal.out()
                .println(model.executor().executor().name() + " executor, " + ConsoleText.tenths(milliseconds) + " ms");
    }

    private void printJson(
            PixelLlm model,
            Answer answer,
            int k,
            PredictionImage prediction,
            double milliseconds,
            @Nullable Scores scored,
            Outputs files)
            throws PxiException {
        Map<String, Object> result = new LinkedHashMap<>(ConsoleText.json(prediction, spelling(model)));
        // The image has steps of 1/255; these are of the K together too, and add up to 1.
        result.put("probabilities", answer.shares(k));
        result.put("tokens_given", answer.tokensGiven());
        result.put("tokens_used", answer.tokensUsed());
        result.put("executor", model.executor().executor().name());
        result.put("milliseconds", milliseconds);
        ScoresOption.addTo(result, scored);
        result.put("cartridge", "sha256:" + model.cartridge().digest());
        result.put("files", files.json());
        Json.print(terminal, result);
    }
}
