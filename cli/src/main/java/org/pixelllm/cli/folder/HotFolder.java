package org.pixelllm.cli.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.pixelllm.cli.answer.QuestionName;
import org.pixelllm.cli.terminal.Failures;
import org.pixelllm.cli.terminal.Terminal;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.protocol.fault.ModelMismatchException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.FileState;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.TokenImage;

/**
 * Answers the token images that appear in a folder, each once.
 *
 * <p>Every step is one rename, and what is written before it can be written again: whenever the process is stopped, the
 * next one finds each question waiting, taken, answered or rejected, and goes on from there. A question that is taken has
 * been answered if its prediction, which is written last, names the very request, and nothing of its answer is missing.
 *
 * <p>What goes wrong with one question is that question's: it is rejected with the reason, or, where it cannot even be moved,
 * set aside, and the others go on.
 */
final class HotFolder implements AutoCloseable {

    /** How long one that cannot be moved is left alone. */
    private static final long ASIDE_NANOS = 10_000_000_000L;

    private final Terminal terminal;
    private final Path in;
    private final OutFolder out;
    private final Answering answering;
    private final long settleNanos;
    private final Map<Path, Unsound> unsound = new HashMap<>();
    private final Map<Path, Aside> aside = new HashMap<>();
    private long answered;
    private long rejected;
    private long setAside;

    /** A file that could not be read; perhaps it is still being written. */
    private record Unsound(FileState state, long since) {}

    /** A file that could not be moved. */
    private record Aside(FileState state, long since, String why) {}

    /**
     * Creates one; {@link #pass} answers.
     *
     * @param model closed by the caller
     * @param settleNanos how long an invalid file must stay unchanged before it is rejected
     */
    HotFolder(Terminal terminal, CurrentModel model, Path in, OutFolder out, Requests requests, long settleNanos) {
        this.terminal = terminal;
        this.in = in;
        this.out = out;
        this.settleNanos = settleNanos;
        this.answering = new Answering(model, out, requests);
    }

    /**
     * Answers what is there.
     *
     * @return whether nothing is left that may still become a question
     * @throws OutFolder.Stalled where no answer can be written, whatever the question; all of them stay where they are
     */
    boolean pass() throws IOException {
        for (Path each : out.claimedIn(in)) {
            takeClaimed(each);
        }
        // Those first that were taken before: a new one of the same name must wait.
        answer(questions(out.taken()), true);
        List<Path> waiting = questions(in);
        unsound.keySet().retainAll(waiting);
        aside.keySet().removeIf(file -> !Files.exists(file, LinkOption.NOFOLLOW_LINKS));
        answer(waiting, false);
        return unsound.isEmpty();
    }

    long answered() {
        return answered;
    }

    long rejected() {
        return rejected;
    }

    /** Questions that could be neither answered nor moved. */
    long setAside() {
        return setAside;
    }

    private static List<Path> questions(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(AnswerNames::isQuestion)
                    .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw PxiFiles.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw PxiFiles.unreadable(folder, Objects.requireNonNull(e.getCause()));
        }
    }

    private void answer(List<Path> files, boolean taken) throws IOException {
        for (int from = 0; from < files.size(); ) {
            renewModel();
            int to = Math.min(files.size(), from + answering.size());
            List<Question> questions = new ArrayList<>();
            for (Path file : files.subList(from, to)) {
                Question question = taken ? readTaken(file) : take(file);
                if (question != null) {
                    questions.add(question);
                }
            }
            answer(questions);
            from = to;
        }
    }

    /** Where another file has taken the model's place, that one answers from now on. */
    private void renewModel() {
        try {
            answering.renewModel();
        } catch (IOException | RuntimeException e) {
            say("the cartridge was replaced, and the new one cannot be used; the old one goes on answering: "
                    + Failures.sentence(e));
        }
    }

    /** Reads a question in the input folder, and moves it to {@code taken} if it is valid. */
    private @Nullable Question take(Path file) throws IOException {
        FileState before;
        try {
            before = FileState.of(file, LinkOption.NOFOLLOW_LINKS);
        } catch (PxiException e) {
            return null; // a folder that cannot be entered at the moment
        }
        if (before == null || isAside(file, before) || isRejectedByName(file)) {
            return null;
        }
        try {
            Question question = read(file);
            if (!(Files.isSymbolicLink(file) ? out.takeLinked(file) : out.take(file))) {
                return null;
            }
            unsound.remove(file);
            Path taken = out.taken(file);
            boolean same = before.isUnmoved(FileState.of(taken, LinkOption.NOFOLLOW_LINKS));
            return same ? new Question(taken, question.tokens(), question.request()) : readTaken(taken);
        } catch (PxiException e) {
            if (hasSettled(file, before, e)) {
                reject(file, e);
            }
        } catch (IOException e) {
            fail(file, e, 0);
        } catch (RuntimeException | Error e) {
            reject(file, e); // not enough memory to read it, perhaps
        }
        return null;
    }

    private void takeClaimed(Path file) throws IOException {
        try {
            FileState state = FileState.of(file, LinkOption.NOFOLLOW_LINKS);
            if (state != null && !isAside(file, state)) {
                if (Files.isSymbolicLink(file)) {
                    out.takeClaimedLink(in, file);
                } else {
                    out.take(file);
                }
            }
        } catch (IOException e) {
            fail(file, e, 0);
        }
    }

    private @Nullable Question readTaken(Path file) throws IOException {
        FileState state = FileState.of(file, LinkOption.NOFOLLOW_LINKS);
        if (state == null || isAside(file, state) || isRejectedByName(file)) {
            return null;
        }
        try {
            return read(file);
        } catch (PxiException | RuntimeException | Error e) {
            reject(file, e);
            return null;
        }
    }

    private boolean isRejectedByName(Path file) throws IOException {
        QuestionName name = new QuestionName(file);
        String fault = name.fault(answering.endings());
        if (fault != null) {
            reject(file, new IOException(name.shown() + ": " + fault + "."));
        }
        return fault != null;
    }

    private Question read(Path file) throws PxiException {
        TokenImage tokens = TokenImage.read(file);
        return answering.question(file, tokens);
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

    private boolean isAside(Path file, FileState state) {
        Aside known = aside.get(file);
        return known != null && known.state.equals(state) && System.nanoTime() - known.since < ASIDE_NANOS;
    }

    /**
     * Something of one question could not be moved or written.
     *
     * @param bytes that were to be written
     * @throws OutFolder.Stalled where nothing can be
     */
    private void fail(Path file, IOException e, int bytes) throws IOException {
        out.requireRoom(bytes);
        reject(file, e);
    }

    private void reject(Path file, Throwable e) throws OutFolder.Stalled {
        String why = Failures.sentence(e);
        unsound.remove(file);
        String name = new QuestionName(file).shown();
        Aside known = aside.get(file);
        boolean said = known != null && known.why.equals(why);
        Path reason = said ? null : out.explain(file, name + " was rejected: " + why + "\n");
        try {
            if (out.reject(file)) {
                rejected++;
                aside.remove(file);
                say("rejected: " + (why.contains(name) ? why : name + ": " + why));
            } else if (reason != null && !Files.exists(out.rejected(file), LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(reason); // another process has taken the question
            }
        } catch (IOException cannot) {
            setAside(file, why, "rejected, and left where it is: " + why + " It " + Failures.sentence(cannot));
        }
    }

    private void setAside(Path file, String why, String words) {
        try {
            FileState state = FileState.of(file, LinkOption.NOFOLLOW_LINKS);
            if (state == null) {
                return;
            }
            Aside known = aside.put(file, new Aside(state, System.nanoTime(), why));
            if (known == null || !known.why.equals(why)) {
                setAside++;
                say(words);
            }
        } catch (PxiException e) {
            say(words);
        }
    }

    private void say(String words) {
        terminal.err().println("pixel-llm: " + words);
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
        answering.answer(open, new Answering.Receiver() {
            @Override
            public void answered(Question question) {
                close(question);
            }

            @Override
            public void failed(Question question, Throwable e, int bytes) throws IOException {
                if (e instanceof IOException cause && !(e instanceof PxiException)) {
                    fail(question.file(), cause, bytes);
                } else {
                    reject(question.file(), e);
                }
            }
        });
    }

    private boolean isAnswered(Question question) {
        try {
            return answering.isAnswered(question);
        } catch (RuntimeException | Error e) {
            return false; // what cannot be read is replaced
        }
    }

    private void close(Question question) {
        try {
            if (out.close(question.file())) {
                answered++;
            }
        } catch (IOException e) {
            String why = Failures.sentence(e);
            setAside(question.file(), why, "answered, and left where it is: " + why);
        }
    }

    @Override
    public void close() throws IOException {
        answering.close();
        out.forgetClaimed(in);
    }
}
