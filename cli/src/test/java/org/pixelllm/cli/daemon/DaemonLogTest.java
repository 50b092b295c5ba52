package org.pixelllm.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the log lies, and that it does not grow for ever. */
@DisabledOnOs(OS.WINDOWS)
class DaemonLogTest {

    @TempDir
    private Path folder;

    @Test
    void itLiesInTheStateFolderAndEachPlaceHasItsOwn() {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", folder.toString());
        Path one = DaemonLog.of(Path.of("/a/daemon"), environment).file();
        assertThat(one.getParent()).isEqualTo(folder.resolve("pixel-llm"));
        assertThat(DaemonLog.of(Path.of("/b/daemon"), environment).file()).isNotEqualTo(one);
        for (Map<String, String> none : List.of(Map.<String, String>of(), Map.of("XDG_STATE_HOME", "relative"))) {
            assertThat(DaemonLog.of(Path.of("/a/daemon"), none).file())
                    .isEqualTo(Path.of(System.getProperty("user.home"), ".local/state/pixel-llm")
                            .resolve(one.getFileName()));
        }
    }

    @Test
    void aFullOneIsKeptOnce() throws IOException {
        DaemonLog log = DaemonLog.of(Path.of("/a/daemon"), Map.of("XDG_STATE_HOME", folder.toString()));
        String line = "x".repeat(1000);
        for (int i = 0; i < 3 * DaemonLog.MAX_BYTES / 1000; i++) {
            log.add(line);
        }
        assertThat(Files.size(log.file())).isLessThan(DaemonLog.MAX_BYTES + 1100);
        assertThat(Files.size(log.before())).isBetween(DaemonLog.MAX_BYTES, DaemonLog.MAX_BYTES + 1100);
        log.add("two\nlines \u001b[31m");
        assertThat(Files.readAllLines(log.file()).getLast())
                .matches("[-0-9T:]+Z two.*lines.*")
                .doesNotContain("\u001b");
    }
}
