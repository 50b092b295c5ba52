package org.pixelllm.cli.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pixelllm.cli.answer.AnswerNames;
import org.pixelllm.cli.answer.ManyPredictions;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.serve.CurrentModel;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngLimits;

/** Computes a hot folder's answers, several at a time, and writes them. */
final class Answering implements AutoCloseable {

    private static final String REQUEST = "Request";

    private final CurrentModel model;
    private final OutFolder out;
    private final Requests requests;
    private ManyPredictions predictions;

    /** What becomes of each question. */
    interface Receiver {
        /** Its answer has been written. */
        void answered(Question question);

        /**
         * It has no answer.
         *
         * @param bytes that were to be written when it failed
         */
        void failed(Question question, Throwable e, int bytes) throws IOException;
    }

    /** The images of one answer, as the bytes of their files; without a sequence where none is asked for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Written(byte @Nullable [] sequence, byte[] heatmap, byte[] prediction) {
        int bytes() {
            return (sequence == null ? 0 : sequence.length) + heatmap.length + prediction.length;
        }
    }

    /** For an open model, which the caller closes after this. */
    Answering(CurrentModel model, OutFolder out, Requests requests) {
        this.model = model;
        this.out = out;
        this.requests = requests;
        this.predictions = new ManyPredictions(model.get());
    }

    /** How many questions are answered together. */
    int size() {
        return predictions.size();
    }

    /** The endings of an answer's files. */
    List<String> endings() {
        return requests.hasSequences() ? AnswerNames.ANSWERS : List.of(AnswerNames.TOKEN, AnswerNames.HEATMAP);
    }

    /** Opens the file that has taken the model's place, if one has. */
    void renewModel() throws IOException {
        if (model.isReplaced()) {
            predictions.close();
            try {
                model.renew();
            } finally {
                predictions = new ManyPredictions(model.get());
            }
        }
    }

    /** @throws PxiException where the model cannot answer these tokens as it is asked to */
    Question question(Path file, TokenImage tokens) throws PxiException {
        int vocabulary = model.get().vocabulary();
        if (requests.hasSequences()) {
            tokens.requireVersion(vocabulary, file.toString());
        } else {
            tokens.requireVocabulary(vocabulary, file.toString());
        }
        return new Question(file, tokens, requests.of(model.get(), tokens));
    }

    /** Whether this request has been answered, with all files of the answer: the process may have been stopped after that. */
    boolean isAnswered(Question question) {
        return isOf(question, AnswerNames.TOKEN)
                && isOf(question, AnswerNames.HEATMAP)
                && (!requests.hasSequences() || isSequence(out.answer(question.name(), AnswerNames.SEQUENCE)));
    }

    private boolean isOf(Question question, String ending) {
        try {
            Path file = out.answer(question.name(), ending);
            Png png = PxiFiles.read(file, PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES);
            return question.request().digest().equals(png.text().get(REQUEST));
        } catch (PxiException e) {
            return false; // missing, or not an answer of ours: it is replaced
        }
    }

    /** A sequence names no request, but one of an older request is removed before the prediction is written. */
    private static boolean isSequence(Path file) {
        try {
            SequenceImage.read(file);
            return true;
        } catch (PxiException e) {
            return false;
        }
    }

    /**
     * Answers questions. Where one of them fails, the others are answered.
     *
     * @param questions at most {@link #size}
     */
    void answer(List<Question> questions, Receiver receiver) throws IOException {
        predictions.each(
                questions,
                this::compute,
                (question, files) -> {
                    try {
                        write(question, files);
                    } catch (IOException | RuntimeException e) {
                        receiver.failed(question, e, files.bytes());
                        return;
                    }
                    receiver.answered(question);
                },
                (question, e) -> receiver.failed(question, e, 0));
    }

    private List<Written> compute(List<Question> questions) throws Exception {
        PixelLlm now = model.get();
        List<Answer> answers =
                predictions.predict(questions.stream().map(Question::tokens).toList(), requests.top());
        List<byte[]> sequences = requests.hasSequences() ? speak(now, questions) : List.of();
        List<Written> files = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            Map<String, String> provenance = now.provenance(answers.get(i));
            provenance.put(REQUEST, questions.get(i).request().digest());
            files.add(new Written(
                    sequences.isEmpty() ? null : sequences.get(i),
                    answers.get(i).heatmap().toPng(provenance),
                    answers.get(i)
                            .prediction(requests.top(), questions.get(i).file().toString())
                            .toPng(provenance)));
        }
        return files;
    }

    private static List<byte[]> speak(PixelLlm model, List<Question> questions) throws IOException {
        List<Generation> generations = new ArrayList<>();
        try {
            for (Question each : questions) {
                generations.add(model.generate(
                        each.tokens(),
                        Objects.requireNonNull(each.request().options()),
                        each.file().toString()));
            }
            model.finish(generations);
            List<byte[]> sequences = new ArrayList<>();
            for (Generation each : generations) {
                sequences.add(each.image().toPng(each.provenance()));
            }
            return sequences;
        } finally {
            generations.forEach(Generation::close);
        }
    }

    /**
     * The prediction comes last: if it exists, the answer is complete. So that of an older request goes first, and its
     * sequence with it.
     */
    private void write(Question question, Written files) throws IOException {
        Path sequence = out.answer(question.name(), AnswerNames.SEQUENCE);
        Path heatmap = out.answer(question.name(), AnswerNames.HEATMAP);
        Path prediction = out.answer(question.name(), AnswerNames.TOKEN);
        for (Path each : List.of(sequence, heatmap, prediction)) {
            if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
                PxiFiles.requireWritable(each); // before anything is removed
            }
        }
        if (!isOf(question, AnswerNames.TOKEN)) {
            removeFile(prediction);
        }
        List<Path> written = new ArrayList<>();
        try {
            if (files.sequence == null) {
                removeFile(sequence);
            } else {
                written.add(sequence);
                PxiFiles.write(sequence, files.sequence);
            }
            written.add(heatmap);
            PxiFiles.write(heatmap, files.heatmap);
            PxiFiles.write(prediction, files.prediction);
        } catch (IOException e) {
            for (Path each : written) {
                removeFile(each); // no half of an answer
            }
            throw e;
        }
    }

    private static void removeFile(Path file) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() {
        predictions.close();
    }
}
