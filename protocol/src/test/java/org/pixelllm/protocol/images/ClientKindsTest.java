package org.pixelllm.protocol.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The clients in other languages know the same names of kinds as {@link PxiKind}, and use the same words. */
class ClientKindsTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));

    private static final List<PxiKind> NAMED = Arrays.stream(PxiKind.values())
            .filter(kind -> !kind.textName().isEmpty())
            .toList();

    private static String part(String file, String begin, String end) throws IOException {
        String source = Files.readString(ROOT.resolve(file));
        int from = source.indexOf(begin);
        assertThat(from).as(begin + " in " + file).isNotNegative();
        return source.substring(from + begin.length(), source.indexOf(end, from));
    }

    private static List<String> quoted(String part) {
        return Pattern.compile("[\"']([^\"']*)[\"']")
                .matcher(part)
                .results()
                .map(each -> each.group(1))
                .toList();
    }

    private static List<String> names() {
        return NAMED.stream().map(PxiKind::textName).toList();
    }

    @Test
    void python() throws IOException {
        Map<String, String> known = new LinkedHashMap<>();
        Matcher rows =
                Pattern.compile("\"(.*)\": \"(.*)\",").matcher(part("pixel_llm/core/kinds.py", "NAMES = {", "\n}"));
        while (rows.find()) {
            known.put(rows.group(1), rows.group(2));
        }
        Map<String, String> expected = new LinkedHashMap<>();
        NAMED.forEach(kind -> expected.put(kind.textName(), kind.words()));
        assertThat(known).containsExactlyEntriesOf(expected);
        String describe = part("pixel_llm/core/kinds.py", "def describe", "\ndef ");
        for (PxiKind kind : List.of(PxiKind.TOKENS, PxiKind.PREDICTION, PxiKind.HEATMAP)) {
            assertThat(describe).contains("\"" + kind.words() + " ({size})\"");
        }
    }

    @Test
    void javaScript() throws IOException {
        assertThat(quoted(part("clients/javascript/pixel_llm.js", "const NAMES = [", "];")))
                .containsExactlyElementsOf(names());
    }

    /** The name has room for its longest, and for the zero that ends it. */
    @Test
    void c() throws IOException {
        String header = "clients/c/pixel_llm.h";
        assertThat(quoted(part(header, "const names[] = {", "};"))).containsExactlyElementsOf(names());
        int room = Integer.parseInt(part(header, "char kind[", "]"));
        assertThat(names()).allSatisfy(name -> assertThat(name).hasSizeLessThan(room));
    }
}
