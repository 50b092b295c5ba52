package org.pixelllm.cli.folder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.AnswerNames;
import org.pixelllm.cli.storage.AtomicMoves;
import org.pixelllm.cli.storage.FileState;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.Predictor;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/**
 * Answers the token images that appear in a folder, each once.
 *
 * <p>Every step is one rename, and what is written before it can be written again: whenever the process is stopped, the
 * next one finds each question waiting, taken, answered or rejected, and goes on from there. A question that is taken has
 * been answered if its prediction, which is written last, names the very request.
 */
final class HotFolder implements AutoCloseable {

    private static final String REQUEST = "Request";

    private final Terminal terminal;
    private final PixelLlm model;
    private final Path in;
    private final OutFolder out;
    private final Requests requests;
    private final long settleNanos;
    private final Predictor predictor;
    private final Map<Path, Unsound> unsound = new HashMap<>();
    private long answered;
    private long rejected;

    /** A token image that was read. */
    private record Question(Path file, TokenImage tokens, Request request) {}

    /** A file that could not be read; perhaps it is still being written. */
    private record Unsound(FileState state, long since) {}

    /**
     * Creates one; {@link #pass} answers.
     *
     * @param settleNanos how long an invalid file must stay unchanged before it is rejected
     */
    @SuppressWarnings("MustBeClosedChecker") // Closed with the hot folder.
    HotFolder(Terminal terminal, PixelLlm model, Path in, OutFolder out, Requests requests, long settleNanos) {
        this.terminal = terminal;
        this.model = model;
        this.in = in;
        this.out = out;
        this.requests = requests;
        this.settleNanos = settleNanos;
        this.predictor = model.newPredictor();
    }

    /**
     * Answers what is there.
     *
     * @return whether nothing is left that may still become a question
     */
    boolean pass() throws IOException {
        // Those first that were taken before: a new one of the same name must wait.
        answer(questions(out.taken()), true);
        List<Path> waiting = questions(in);
        unsound.keySet().retainAll(waiting);
        answer(waiting, false);
        return unsound.isEmpty();
    }

    long answered() {
        return answered;
    }

    long rejected() {
        return rejected;
    }

    private static List<Path> questions(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(AnswerNames::isQuestion)
                    .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw PxiFiles.unreadable(folder, e);
        }
    }

    private void answer(List<Path> files, boolean taken) throws IOException {
        for (int from = 0; from < files.size(); from += predictor.size()) {
            List<Question> questions = new ArrayList<>();
            for (Path file : files.subList(from, Math.min(files.size(), from + predictor.size()))) {
                Question question = taken ? readTaken(file) : take(file);
                if (question != null) {
                    questions.add(question);
                }
            }
            answer(questions);
        }
    }

    /** Reads a question in the input folder, and moves it to {@code taken} if it is valid. */
    private @Nullable Question take(Path file) throws IOException {
        FileState before = FileState.of(file, LinkOption.NOFOLLOW_LINKS);
        if (before == null) {
            return null;
        }
        try {
            Question question = read(file);
            Path taken = out.taken(file);
            if (!AtomicMoves.move(file, taken)) {
                return null;
            }
            unsound.remove(file);
            boolean same = before.equals(FileState.of(taken, LinkOption.NOFOLLOW_LINKS));
            return same ? new Question(taken, question.tokens, question.request) : readTaken(taken);
        } catch (PxiException e) {
            if (hasSettled(file, before, e)) {
                reject(file, e);
            }
            return null;
        }
    }

    private @Nullable Question readTaken(Path file) throws IOException {
        try {
            return read(file);
        } catch (PxiException e) {
            reject(file, e);
            return null;
        }
    }

    private Question read(Path file) throws PxiException {
        TokenImage tokens = TokenImage.read(file);
        tokens.requireVocabulary(model.vocabulary(), file.toString());
        return new Question(file, tokens, requests.of(tokens));
    }

    private boolean hasSettled(Path file, FileState state, PxiException e) {
        if (e instanceof ModelMismatchException) {
            return true; // a complete image, though not for this model
        }
        Unsound known = unsound.get(file);
        long now = System.nanoTime();
        if (known == null || !known.state.equals(state)) {
            unsound.put(file, new Unsound(state, now));
            return settleNanos == 0;
        }
        return now - known.since >= settleNanos;
    }

    private void reject(Path file, PxiException e) throws IOException {
        String why = file.getFileName() + " was rejected: " + e.getMessage() + "\n";
        PxiFiles.write(out.reason(file), why.getBytes(StandardCharsets.UTF_8));
        if (AtomicMoves.move(file, out.rejected(file))) {
            rejected++;
            terminal.err().println("pixel-llm: rejected: " + e.getMessage());
        }
        unsound.remove(file);
    }

    private void answer(List<Question> questions) throws IOException {
        List<Question> open = new ArrayList<>();
        for (Question each : questions) {
            if (isAnswered(each)) {
                close(each);
            } else {
                open.add(each);
            }
        }
        if (open.isEmpty()) {
            return;
        }
        List<Answer> answers =
                predictor.predict(open.stream().map(Question::tokens).toList(), requests.top());
        if (requests.hasSequences()) {
            speak(open);
        }
        for (int i = 0; i < open.size(); i++) {
            write(open.get(i), answers.get(i));
            close(open.get(i));
        }
    }

    /** The process may have been stopped after it had answered this request. */
    private boolean isAnswered(Question question) {
        Path prediction = out.answer(AnswerNames.baseName(question.file), AnswerNames.TOKEN);
        if (!Files.exists(prediction)) {
            return false;
        }
        try {
            Png png = PxiFiles.read(prediction, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
            return question.request.digest().equals(png.text().get(REQUEST));
        } catch (PxiException e) {
            return false; // not an answer of ours: it is replaced
        }
    }

    private void speak(List<Question> questions) throws IOException {
        List<Generation> generations = new ArrayList<>();
        try {
            for (Question each : questions) {
                generations.add(model.generate(
                        each.tokens, Objects.requireNonNull(each.request.options()), each.file.toString()));
            }
            model.finish(generations);
            for (int i = 0; i < generations.size(); i++) {
                Generation generation = generations.get(i);
                generation
                        .image()
                        .write(
                                out.answer(AnswerNames.baseName(questions.get(i).file), AnswerNames.SEQUENCE),
                                generation.provenance());
            }
        } finally {
            generations.forEach(Generation::close);
        }
    }

    /** The prediction comes last: if it exists, the answer is complete. */
    private void write(Question question, Answer answer) throws IOException {
        Map<String, String> provenance = model.provenance(answer);
        provenance.put(REQUEST, question.request.digest());
        String name = AnswerNames.baseName(question.file);
        PredictionImage prediction = answer.prediction(requests.top());
        answer.heatmap().write(out.answer(name, AnswerNames.HEATMAP), provenance);
        prediction.write(out.answer(name, AnswerNames.TOKEN), provenance);
    }

    private void close(Question question) throws IOException {
        if (AtomicMoves.move(question.file, out.answered(question.file))) {
            answered++;
        }
    }

    @Override
    public void close() {
        predictor.close();
    }
}
