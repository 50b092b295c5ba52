package org.pixelllm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.LogitsHeatmap;
import org.pixelllm.protocol.PredictionImage;
import org.pixelllm.protocol.TokenImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts the next token, as the protocol's files and in words. */
@Command(name = "infer", description = "Predict the next token of a text or of a token image.")
final class InferCommand implements Callable<Integer> {

    private static final Path DEFAULT_FOLDER = Path.of("pixel_llm", "outputs");

    private final Terminal terminal;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "The text; - reads it from standard input.")
    private @Nullable String text;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            description = "A token image to answer instead of a text.")
    private @Nullable Path input;

    @Option(
            names = {"-k", "--top"},
            paramLabel = "K",
            description = "How many tokens the prediction names. Default: 5.")
    private int k = 5;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where the images go. Default: pixel_llm/outputs under the current folder.")
    private @Nullable Path folder;

    @Option(names = "--json", description = "Answer in JSON.")
    private boolean json;

    InferCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String given = text;
        Path from = input;
        if ((given == null) == (from == null)) {
            throw new UsageException("Give either a text or -i FILE.");
        }
        Map<String, Path> files = new LinkedHashMap<>();
        try (PixelLlm model = options.open(terminal, common)) {
            if (k < 1 || k > model.vocabulary()) {
                throw new UsageException("-k: expected 1 to " + model.vocabulary() + ", found " + k + ".");
            }
            TokenImage tokens;
            if (from != null) {
                tokens = TokenImage.read(from);
            } else {
                tokens = model.tokens(Texts.of(Objects.requireNonNull(given), terminal));
            }
            long start = System.nanoTime();
            Answer answer = model.predict(tokens, from != null ? from.toString() : "<text>");
            double milliseconds = (System.nanoTime() - start) / 1e6;
            if (answer.isShortened()) {
                terminal.err()
                        .println("The model looks back on " + answer.tokensUsed() + " tokens: answered from the last "
                                + answer.tokensUsed() + " of " + answer.tokensGiven() + ".");
            }
            Map<String, String> provenance = model.provenance(answer);
            if (from == null) {
                write(files, "input_tokens", file -> tokens.write(file, provenance));
            }
            PredictionImage prediction = answer.prediction(k);
            LogitsHeatmap heatmap = answer.heatmap();
            write(files, "output_token", file -> prediction.write(file, provenance));
            write(files, "logits_heatmap", file -> heatmap.write(file, provenance));
            if (json) {
                printJson(model, answer, prediction, milliseconds, files);
            } else {
                print(model, prediction, heatmap, milliseconds, files);
            }
        }
        return ExitCode.OK;
    }

    private interface Writer {
        void write(Path file) throws IOException;
    }

    private void write(Map<String, Path> files, String name, Writer writer) throws IOException {
        Path target = folder == null ? terminal.folder().resolve(DEFAULT_FOLDER) : folder;
        Path file = target.resolve(name + ".pxi");
        writer.write(file);
        files.put(name, file);
    }

    private void print(
            PixelLlm model,
            PredictionImage prediction,
            LogitsHeatmap heatmap,
            double milliseconds,
            Map<String, Path> files) {
        Shown.prediction(terminal.out(), prediction);
        if (terminal.pictures()) {
            terminal.out().println();
            Shown.heatmap(terminal.out(), heatmap);
        }
        terminal.out().println();
        for (Path file : files.values()) {
            terminal.out().println(file);
        }
        terminal.out().println(model.executor().executor().name() + " executor, " + Shown.tenths(milliseconds) + " ms");
    }

    private void printJson(
            PixelLlm model, Answer answer, PredictionImage prediction, double milliseconds, Map<String, Path> files) {
        Map<String, Object> result = new LinkedHashMap<>(Shown.json(prediction));
        result.put("tokens_given", answer.tokensGiven());
        result.put("tokens_used", answer.tokensUsed());
        result.put("executor", model.executor().executor().name());
        result.put("milliseconds", milliseconds);
        result.put("cartridge", "sha256:" + model.cartridge().digest());
        Map<String, String> paths = new LinkedHashMap<>();
        files.forEach((name, file) -> paths.put(name, file.toString()));
        result.put("files", paths);
        Json.print(terminal, result);
    }
}
