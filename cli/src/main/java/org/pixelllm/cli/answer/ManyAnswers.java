package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.Named;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Shown;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** Answers many token images, several at a time. One that cannot be answered does not stop the others. */
final class ManyAnswers {

    private final Terminal terminal;
    private final PixelLlm model;
    private final int top;
    private final Path folder;
    private final List<Map<String, Object>> answers = new ArrayList<>(); // for JSON
    private final Map<String, String> refused = new LinkedHashMap<>(); // file to why
    private int code = ExitCode.OK;
    private int answered;

    ManyAnswers(Terminal terminal, PixelLlm model, int top, Path folder) {
        this.terminal = terminal;
        this.model = model;
        this.top = top;
        this.folder = folder;
    }

    /** One question that was read. */
    private record Question(Path file, TokenImage tokens) {}

    /**
     * Answers all.
     *
     * @return the exit code: that of the first file that could not be answered, else 0
     */
    int answer(ManyInputs inputs, boolean json) throws IOException {
        List<Path> files = inputs.files();
        long start = System.nanoTime();
        ProgressLine line = new ProgressLine(terminal);
        try (Predictor predictor = model.newPredictor()) {
            for (int from = 0; from < files.size(); from += predictor.size()) {
                List<Path> some = files.subList(from, Math.min(files.size(), from + predictor.size()));
                List<Question> questions = read(some);
                List<Answer> found = predictor.predict(
                        questions.stream().map(Question::tokens).toList(), top);
                for (int i = 0; i < found.size(); i++) {
                    write(questions.get(i), found.get(i), json);
                }
                int done = from + some.size();
                line.show((double) done / files.size(), done + " of " + files.size());
            }
        }
        line.clear();
        double milliseconds = (System.nanoTime() - start) / 1e6;
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("answers", answers);
            result.put("refused", refused);
            result.put("executor", model.executor().executor().name());
            result.put("milliseconds", milliseconds);
            result.put("cartridge", "sha256:" + model.cartridge().digest());
            Json.print(terminal, result);
        } else {
            terminal.out()
                    .println(answered + " answered in " + folder
                            + (refused.isEmpty() ? "" : ", " + refused.size() + " refused"));
            terminal.out()
                    .println(model.executor().executor().name() + " executor, " + Shown.tenths(milliseconds) + " ms");
        }
        return code;
    }

    private List<Question> read(List<Path> files) {
        List<Question> questions = new ArrayList<>();
        for (Path file : files) {
            try {
                TokenImage tokens = TokenImage.read(file);
                tokens.requireVocabulary(model.vocabulary(), file.toString());
                questions.add(new Question(file, tokens));
            } catch (PxiException e) {
                int its = Failures.report(terminal, e, false);
                code = code == ExitCode.OK ? its : code;
                refused.put(file.toString(), String.valueOf(e.getMessage()));
            }
        }
        return questions;
    }

    private void write(Question question, Answer answer, boolean json) throws IOException {
        Map<String, String> provenance = model.provenance(answer);
        String name = Named.of(question.file);
        Path token = folder.resolve(name + Named.TOKEN);
        Path heatmap = folder.resolve(name + Named.HEATMAP);
        PredictionImage prediction = answer.prediction(top);
        prediction.write(token, provenance);
        answer.heatmap().write(heatmap, provenance);
        answered++;
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("input", question.file.toString());
            result.putAll(Shown.json(prediction));
            result.put("tokens_given", answer.tokensGiven());
            result.put("tokens_used", answer.tokensUsed());
            result.put("files", Map.of("output_token", token.toString(), "logits_heatmap", heatmap.toString()));
            answers.add(result);
        }
    }
}
