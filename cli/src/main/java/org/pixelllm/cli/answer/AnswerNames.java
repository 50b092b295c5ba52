package org.pixelllm.cli.answer;

import java.nio.file.Path;
import java.util.List;

/** The file names of a question and of its answers. */
public final class AnswerNames {

    public static final String ENDING = ".pxi";
    public static final String TOKEN = ".output_token" + ENDING;
    public static final String HEATMAP = ".logits_heatmap" + ENDING;
    public static final String SEQUENCE = ".output_sequence" + ENDING;

    /** The endings of all answers. */
    public static final List<String> ANSWERS = List.of(TOKEN, HEATMAP, SEQUENCE);

    private AnswerNames() {}

    /** Whether a file's name says that it is a question: a visible .pxi that is not an answer to another. */
    public static boolean isQuestion(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING)
                && !name.startsWith(".")
                && ANSWERS.stream().noneMatch(name::endsWith);
    }

    /** A file's name without .pxi, which the names of its answers begin with. */
    public static String baseName(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }
}
