package org.pixelllm.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.pixelllm.cli.Captured;
import org.pixelllm.protocol.images.TokenImage;

/**
 * A command line, its words with line ends between them. It ends with an exit code that has a meaning, and never with an
 * internal error or a trace. What would not end, leave its folder or take long is left out.
 */
final class CommandLineTarget implements FuzzTarget {

    private static final Set<String> ENDLESS =
            Set.of("daemon", "serve-folder", "watch", "train", "conformance", "devices", "profile");
    private static final Pattern LONG = Pattern.compile("[0-9]{3,}|e[+]?[0-9]|gpu|fastest", Pattern.CASE_INSENSITIVE);
    private static final Set<String> PLACED = Set.of("-o", "--output");
    private static final Pattern FILE = Pattern.compile("[.](pxi|png|pxasm)$");
    private static final Pattern ELSEWHERE = Pattern.compile("-[a-zA-Z]*o.+|--out[a-z]*=.*", Pattern.DOTALL);
    private static final Set<Integer> CODES = Set.of(0, 1, 2, 3, 65, 66, 69, 73, 75);
    private static final int MOST_WORDS = 12;

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String line : List.of(
                "pxOS",
                "--help",
                "--version",
                "infer|--help",
                "infer|-x|reference|--top|9|--json|hello",
                "infer|-i|question.pxi|-o|out|-v",
                "infer|-i|question.pxi|question.pxi|-o|out",
                "generate|-n|3|--temperature|0.5|--seed|7|--top-k|4|--top-p|0.9|a",
                "generate|--beams|2|-n|2|--json|a",
                "encode|text|-o|out.pxi",
                "decode|question.pxi|--json",
                "decode|--as|sequence|question.pxi",
                "inspect|question.pxi",
                "verify|question.pxi",
                "view|question.pxi|-o|view.png|--scale|2",
                "diff|question.pxi|question.pxi|-o|out|--json",
                "asm|program.pxasm|-o|program.pxi",
                "disasm|question.pxi",
                "look|--attention|0,0|a",
                "import|question.pxi|-o|model.pxi",
                "convert|question.pxi|--weights|q8|-o|model.pxi",
                "--|--help",
                "@question.pxi")) {
            seeds.add(line.replace('|', '\n').getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }

    @Override
    public boolean accepts(byte[] input, Path folder) throws IOException {
        String text = new String(input, StandardCharsets.UTF_8);
        String[] words = text.split("\n", -1);
        boolean harmless = words.length <= MOST_WORDS
                && Arrays.stream(words)
                        .noneMatch(word -> ELSEWHERE.matcher(word).matches())
                && text.indexOf('/') < 0
                && text.indexOf('\0') < 0
                && !text.contains("..")
                && !LONG.matcher(text).find()
                && Arrays.stream(words).noneMatch(ENDLESS::contains);
        if (!harmless) {
            return false;
        }
        Path here = Files.createDirectories(folder.resolve("here"));
        new TokenImage(new int[] {104, 105}).write(here.resolve("question.pxi"), Map.of());
        for (int i = 0; i < words.length; i++) {
            if (FILE.matcher(words[i]).find() || (i > 0 && PLACED.contains(words[i - 1]))) {
                words[i] = here.resolve("x").resolveSibling(words[i]).toString(); // not into this process's own folder
            }
        }
        Captured said = Captured.run(here, words);
        assertThat(said.code()).as("%s: %s", List.of(words), said.err()).isIn(CODES);
        assertThat(said.err()).doesNotContain("internal error");
        if (!text.contains("-v") && !text.contains("--verb")) {
            assertThat(said.err()).doesNotContain("\tat ", "Exception");
        }
        return said.code() == 0;
    }
}
