package org.pixelllm.cli.terminal;

import java.nio.file.Path;
import java.util.List;

/** Names of files that stand for a question and its answers. */
public final class Named {

    static final String ENDING = ".pxi";
    public static final String TOKEN = ".output_token" + ENDING;
    public static final String HEATMAP = ".logits_heatmap" + ENDING;
    public static final String SEQUENCE = ".output_sequence" + ENDING;

    private static final List<String> ANSWERS = List.of(TOKEN, HEATMAP, SEQUENCE);

    private Named() {}

    /** Whether a file's name says that it is a question: a visible .pxi that is no answer to another. */
    public static boolean isQuestion(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING)
                && !name.startsWith(".")
                && ANSWERS.stream().noneMatch(name::endsWith);
    }

    /** A file's name without its ending: what its answers' names begin with. */
    public static String of(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }
}
