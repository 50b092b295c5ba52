package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pixelllm.cli.terminal.ConsoleText;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Json;
import org.pixelllm.cli.terminal.ProgressLine;
import org.pixelllm.cli.terminal.Spelling;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.protocol.fault.ChangedFileException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;

/** Answers many token images, several at a time. One that cannot be answered does not stop the others. */
final class ManyAnswers {

    private static final List<String> ENDINGS = List.of(AnswerNames.TOKEN, AnswerNames.HEATMAP);

    private final Terminal terminal;
    private final PixelLlm model;
    private final int top;
    private final Path folder;
    private final Spelling spelling;
    private final List<Map<String, Object>> answers = new ArrayList<>(); // for JSON
    private final Map<String, String> refused = new LinkedHashMap<>(); // file to why
    private ExitCode code = ExitCode.OK;
    private int answered;

    ManyAnswers(Terminal terminal, PixelLlm model, int top, Path folder) throws PxiException {
        this.terminal = terminal;
        this.model = model;
        this.top = top;
        this.folder = folder;
        this.spelling = InferCommand.spelling(model);
    }

    /** One question that was read. */
    private record Question(Path file, TokenImage tokens) {}

    /**
     * Answers all.
     *
     * @return the exit code: that of the first file that could not be answered, else that of success
     */
    ExitCode answer(ManyInputs inputs, boolean json) throws IOException {
        List<Path> files = inputs.files();
        long start = System.nanoTime();
        ProgressLine line = new ProgressLine(terminal);
        try (ManyPredictions predictions = new ManyPredictions(model)) {
            for (int from = 0; from < files.size(); from += predictions.size()) {
                List<Path> some = files.subList(from, Math.min(files.size(), from + predictions.size()));
                answer(predictions, read(some), json);
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
                    .println(model.executor().executor().name() + " executor, " + ConsoleText.tenths(milliseconds)
                            + " ms");
        }
        return code;
    }

    /** The files that the answers to these go to. */
    static List<Path> targets(List<Path> questions, Path folder) {
        return questions.stream()
                .flatMap(each -> ENDINGS.stream().map(ending -> folder.resolve(AnswerNames.baseName(each) + ending)))
                .toList();
    }

    private List<Question> read(List<Path> files) {
        List<Question> questions = new ArrayList<>();
        for (Path file : files) {
            try {
                QuestionName name = new QuestionName(file);
                String fault = name.fault(ENDINGS);
                if (fault != null) {
                    throw new IOException(name.shown() + ": " + fault + ".");
                }
                TokenImage tokens = TokenImage.read(file);
                tokens.requireVocabulary(model.vocabulary(), file.toString());
                questions.add(new Question(file, tokens));
            } catch (IOException | RuntimeException | Error e) {
                refuse(file, e);
            }
        }
        return questions;
    }

    private void answer(ManyPredictions predictions, List<Question> questions, boolean json) throws IOException {
        predictions.each(
                questions,
                some -> predictions.predict(some.stream().map(Question::tokens).toList(), top),
                (question, answer) -> {
                    try {
                        write(question, answer, json);
                    } catch (ChangedFileException e) {
                        throw e; // the model's fault, and no question's
                    } catch (IOException | RuntimeException e) {
                        refuse(question.file, e);
                    }
                },
                (question, e) -> refuse(question.file, e));
    }

    private void refuse(Path file, Throwable e) {
        String why = Failures.sentence(e);
        terminal.err().println("pixel-llm: " + why);
        ExitCode its = Failures.code(e);
        code = code == ExitCode.OK ? its : code;
        QuestionName name = new QuestionName(file);
        String shown = name.fault(List.of()) == null
                ? file.toString()
                : file.resolveSibling(name.hash()) + ", " + name.shown();
        refused.put(shown, why);
    }

    private void write(Question question, Answer answer, boolean json) throws IOException {
        Map<String, String> provenance = model.provenance(answer);
        String name = AnswerNames.baseName(question.file);
        Path token = folder.resolve(name + AnswerNames.TOKEN);
        Path heatmap = folder.resolve(name + AnswerNames.HEATMAP);
        PredictionImage prediction = answer.prediction(top);
        answer.heatmap().write(heatmap, provenance);
        try {
            prediction.write(token, provenance);
        } catch (IOException e) {
            Files.deleteIfExists(heatmap); // no half of an answer
            throw e;
        }
        answered++;
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("input", question.file.toString());
            result.putAll(ConsoleText.json(prediction, spelling));
            result.put("tokens_given", answer.tokensGiven());
            result.put("tokens_used", answer.tokensUsed());
            result.put("files", Map.of("output_token", token.toString(), "logits_heatmap", heatmap.toString()));
            answers.add(result);
        }
    }
}
