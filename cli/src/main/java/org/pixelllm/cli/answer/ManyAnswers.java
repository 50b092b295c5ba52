package org.pixelllm.cli.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
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

/**
 * Answers many token images, several at a time: while some are computed, the next are read and those before are written. One
 * that cannot be answered does not stop the others. What is said is said in the order of the files.
 */
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

    /** One file and what becomes of it. */
    private static final class Item {

        private final Path file;
        private @Nullable TokenImage tokens;
        private @Nullable Future<Map<String, Object>> written; // what is said of it as JSON
        private @Nullable Throwable fault;

        Item(Path file) {
            this.file = file;
        }

        TokenImage tokens() {
            return Objects.requireNonNull(tokens);
        }
    }

    /**
     * Answers all.
     *
     * @return the exit code: that of the first file that could not be answered, else that of success
     */
    ExitCode answer(ManyInputs inputs, boolean json) throws IOException {
        List<Path> files = inputs.files();
        long start = System.nanoTime();
        ProgressLine line = new ProgressLine(terminal);
        try (ManyPredictions predictions = new ManyPredictions(model);
                ExecutorService reading = Executors.newSingleThreadExecutor();
                ExecutorService writing = Executors.newSingleThreadExecutor()) {
            int size = predictions.size();
            Future<List<Item>> next = reading.submit(() -> read(some(files, 0, size)));
            List<Item> before = List.of();
            for (int from = 0; from < files.size(); from += size) {
                List<Item> items = get(next);
                int after = from + size;
                next = reading.submit(() -> read(some(files, after, size)));
                compute(predictions, items, writing, json);
                finish(before, json);
                before = items;
                line.show((double) from / files.size(), from + " of " + files.size());
            }
            finish(before, json);
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

    private static List<Path> some(List<Path> files, int from, int size) {
        return files.subList(Math.min(files.size(), from), Math.min(files.size(), from + size));
    }

    private List<Item> read(List<Path> files) {
        List<Item> items = new ArrayList<>();
        for (Path file : files) {
            Item item = new Item(file);
            items.add(item);
            try {
                QuestionName name = new QuestionName(file);
                String fault = name.fault(ENDINGS);
                if (fault != null) {
                    throw new IOException(name.shown() + ": " + fault + ".");
                }
                TokenImage tokens = TokenImage.read(file);
                tokens.requireVocabulary(model.vocabulary(), file.toString());
                item.tokens = tokens;
            } catch (IOException | RuntimeException | Error e) {
                item.fault = e;
            }
        }
        return items;
    }

    private void compute(ManyPredictions predictions, List<Item> items, ExecutorService writing, boolean json)
            throws IOException {
        predictions.each(
                items.stream().filter(each -> each.fault == null).toList(),
                some -> predictions.predict(some.stream().map(Item::tokens).toList(), top),
                (item, answer) -> item.written = writing.submit(() -> write(item.file, answer, json)),
                (item, e) -> item.fault = e);
    }

    /** Waits until answers are written, and says what has become of each file. */
    private void finish(List<Item> items, boolean json) throws IOException {
        for (Item item : items) {
            Throwable fault = item.fault;
            if (item.written != null) {
                try {
                    Map<String, Object> result = get(item.written);
                    answered++;
                    if (json) {
                        answers.add(result);
                    }
                } catch (ChangedFileException e) {
                    throw e; // the model's fault, and no question's
                } catch (IOException | RuntimeException e) {
                    fault = e;
                }
            }
            if (fault != null) {
                refuse(item.file, fault);
            }
        }
    }

    private static <T> T get(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the thread was interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
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

    /** Writes an answer; returns what is said of it as JSON. */
    private Map<String, Object> write(Path question, Answer answer, boolean json) throws IOException {
        Map<String, String> provenance = model.provenance(answer);
        String name = AnswerNames.baseName(question);
        Path token = folder.resolve(name + AnswerNames.TOKEN);
        Path heatmap = folder.resolve(name + AnswerNames.HEATMAP);
        PredictionImage prediction = answer.prediction(top, question.toString());
        answer.heatmap().write(heatmap, provenance);
        try {
            prediction.write(token, provenance);
        } catch (IOException e) {
            Files.deleteIfExists(heatmap); // no half of an answer
            throw e;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (json) {
            result.put("input", question.toString());
            result.putAll(ConsoleText.json(prediction, spelling));
            result.put("tokens_given", answer.tokensGiven());
            result.put("tokens_used", answer.tokensUsed());
            result.put("files", Map.of("output_token", token.toString(), "logits_heatmap", heatmap.toString()));
        }
        return result;
    }
}
