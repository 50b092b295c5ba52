package org.pixelllm.cli.answer;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.text.Beam;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.engine.text.StopReason;
import org.pixelllm.protocol.images.Prediction;

/** What the command prints about a generation: lines for a person, or one JSON object at the end. */
final class GenerationReport {

    private final Terminal terminal;
    private final PixelLlm model;
    private final Prompt prompt;
    private final Outputs files;
    private final boolean json;

    GenerationReport(Terminal terminal, PixelLlm model, Prompt prompt, Outputs files, boolean json) {
        this.terminal = terminal;
        this.model = model;
        this.prompt = prompt;
        this.files = files;
        this.json = json;
    }

    Terminal terminal() {
        return terminal;
    }

    void seed(long seed) {
        terminal.err().println("seed " + seed);
    }

    void scores(@Nullable Scores scores) {
        if (scores != null && !json) {
            terminal.err().println(ScoresOption.words(scores));
        }
    }

    /** The text of one more token. */
    void text(String text) {
        if (!json) {
            terminal.answer(text);
        }
    }

    /** The end of a sampled generation whose text has been printed. */
    void sampled(Generation generation, String text, Sampling sampling, @Nullable Scores scores, double milliseconds) {
        @Nullable String context = generation.provenance().get("Context");
        if (json) {
            Map<String, Object> result = json(generation.tokens(), text, generation.stop());
            result.put("seed", sampling.seed());
            result.put("sampler", sampling.words());
            ScoresOption.addTo(result, scores);
            printJson(result, context, milliseconds);
        } else {
            terminal.out().println();
            printEnd(generation.tokens().size(), context, milliseconds);
        }
    }

    /** The end of a beam search. */
    void beams(List<Beam> beams, boolean verbose, @Nullable Scores scores, double milliseconds) {
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            ScoresOption.addTo(result, scores);
            result.put("beams", beams.stream().map(GenerationReport::json).toList());
            printJson(result, null, milliseconds);
            return;
        }
        terminal.answer(beams.getFirst().text() + System.lineSeparator());
        if (verbose) {
            int rank = 1;
            for (Beam beam : beams) {
                terminal.err()
                        .println(rank++ + "  " + beam.score() + "  "
                                + beam.stop().words());
            }
        }
        printEnd(beams.getFirst().tokens().size(), null, milliseconds);
    }

    private void printEnd(int tokens, @Nullable String context, double milliseconds) {
        if (context != null) {
            terminal.err().println("context: " + context);
        }
        for (Path file : files.files().values()) {
            terminal.err().println(file);
        }
        terminal.err()
                .println(model.executor().executor().name() + " executor, " + tokens + " tokens in "
                        + ConsoleText.tenths(milliseconds) + " ms: "
                        + ConsoleText.tenths(tokens / milliseconds * 1000) + " a second");
    }

    private static Map<String, Object> json(Beam beam) {
        Map<String, Object> result = json(beam.tokens(), beam.text(), beam.stop());
        result.put("score", beam.score());
        result.put("log_probability", beam.logProbability());
        return result;
    }

    private static Map<String, Object> json(List<Prediction> tokens, String text, @Nullable StopReason stop) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("text", text);
        result.put("tokens", tokens.stream().map(Prediction::id).toList());
        result.put("probs", tokens.stream().map(Prediction::probability).toList());
        result.put("stop", stop == null ? "" : stop.words());
        return result;
    }

    private void printJson(Map<String, Object> result, @Nullable String context, double milliseconds) {
        result.put("tokens_given", prompt.tokens().count());
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
