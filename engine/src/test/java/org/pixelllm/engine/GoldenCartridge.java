package org.pixelllm.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.protocol.images.Prediction;
import org.pixelllm.protocol.images.PredictionImage;
import org.pixelllm.protocol.images.SequenceImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.pxvm.tokenizer.TextDecoder;

/** The golden cartridge, what it is asked, and the program that writes what the reference executor answers. */
final class GoldenCartridge {

    /** A text and the name that its files begin with. */
    record Question(String name, String text) {}

    /** A way to speak on after {@link #PROMPT}, and the name of its file. */
    record Speaking(String name, Sampling sampling) {}

    static final List<Question> QUESTIONS = List.of(
            new Question("letter", "T"),
            new Question("pxos", "pxOS"),
            new Question("this-is-the", "This is the"),
            new Question("once-upon-a-ti", "Once upon a ti"),
            new Question("that-painted-the-c", "that painted the c"),
            new Question("beyond-ascii", "Łódź 🌶"),
            new Question(
                    "longer-than-the-context",
                    "This is the bell\nthat called to the girl\nthat painted the cat\nthat slept by the wren\nthat"));

    static final String PROMPT = "This is the";

    static final int TOKENS = 200;

    static final List<Speaking> SPEAKINGS =
            List.of(new Speaking("greedy", Sampling.greedy()), new Speaking("drawn", new Sampling(1, 0, 1, 0, 1, 2)));

    static final Path ROOT = Path.of(System.getProperty("pixelllm.root", ""));
    static final Path CARTRIDGE = ROOT.resolve("cartridges/golden.pxi");
    static final Path FOLDER = ROOT.resolve("cartridges/golden");

    private static final int K = PredictionImage.DEFAULT_K;

    private GoldenCartridge() {}

    static Path file(String name, String kind) {
        return FOLDER.resolve(name + "." + kind + ".pxi");
    }

    static SequenceImage say(PixelLlm model, Speaking speaking) throws IOException {
        GenerationOptions options = new GenerationOptions(speaking.sampling(), TOKENS, null);
        List<Generation> one = List.of(model.generate(model.tokens(PROMPT), options));
        model.finish(one);
        try (Generation generation = one.getFirst()) {
            return generation.image();
        }
    }

    /** All logits of a question, one line: its name, then the numbers. */
    private static String line(String name, float[] logits) {
        StringBuilder line = new StringBuilder(name);
        for (float logit : logits) {
            line.append(' ').append(logit);
        }
        return line.append('\n').toString();
    }

    /** The rows of the table in {@code docs/golden.md}, from the files. */
    static List<String> rows() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Question question : QUESTIONS) {
            StringBuilder row = new StringBuilder("| " + shown(question.text()) + " |");
            for (Prediction each :
                    PredictionImage.read(file(question.name(), "output_token")).predictions()) {
                row.append(String.format(Locale.ROOT, " %d, %d |", each.id(), each.confidence()));
            }
            rows.add(row.toString());
        }
        return rows;
    }

    private static String shown(String text) {
        return "`" + text.replace("\n", "⏎") + "`";
    }

    /** What a file in the folder says, indented as in {@code docs/golden.md}. */
    static String spoken(PixelLlm model, Speaking speaking) throws IOException {
        int[] ids = SequenceImage.read(file(speaking.name(), "output_sequence")).ids();
        String text = PROMPT + TextDecoder.text(model.cartridge().tokenizer(), ids);
        return text.replaceAll("(?m)^(?=.)", "    ").stripTrailing();
    }

    /** Writes all files, and prints what the page shows. From the repository's root. */
    public static void main(String[] args) throws IOException {
        Map<String, String> none = Map.of();
        StringBuilder logits = new StringBuilder();
        try (PixelLlm model = PixelLlm.open(CARTRIDGE, new ExecutorChoice("reference", 1))) {
            for (Question question : QUESTIONS) {
                TokenImage tokens = model.tokens(question.text());
                Answer answer = model.predict(tokens);
                tokens.write(file(question.name(), "input_tokens"), none);
                answer.prediction(K).write(file(question.name(), "output_token"), none);
                answer.heatmap().write(file(question.name(), "logits_heatmap"), none);
                logits.append(line(question.name(), answer.logits()));
            }
            Files.writeString(FOLDER.resolve("logits.txt"), logits);
            for (Speaking speaking : SPEAKINGS) {
                say(model, speaking).write(file(speaking.name(), "output_sequence"), none);
            }
            rows().forEach(System.out::println);
            for (Speaking speaking : SPEAKINGS) {
                System.out.println("\n" + spoken(model, speaking));
            }
        }
    }
}
