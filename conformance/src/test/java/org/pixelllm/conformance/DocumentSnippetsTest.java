package org.pixelllm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The committed snippets are the protocol document's own text, where the document is beside the repository. */
class DocumentSnippetsTest {

    private static final Pattern MANUALLY = Pattern.compile("Or manually:\n```python\n(.*?)```", Pattern.DOTALL);

    @Test
    void areTheDocumentsText() throws IOException {
        Path document = Root.path().resolveSibling("shared/PIXEL_PROTOCOL_v1.md");
        Assumptions.assumeTrue(
                Files.exists(document), "the protocol document is not in a folder shared/ beside the repository");

        List<String> snippets = MANUALLY.matcher(Files.readString(document))
                .results()
                .map((MatchResult snippet) -> snippet.group(1))
                .toList();

        assertThat(snippets)
                .containsExactly(
                        Files.readString(Python.script("create_manually.py")),
                        Files.readString(Python.script("decode_manually.py")));
    }
}
