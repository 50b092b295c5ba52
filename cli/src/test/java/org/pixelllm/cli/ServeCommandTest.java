package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the serve command refuses before it listens. */
@Timeout(60)
class ServeCommandTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port=70000 | --port: expected 0 to 65535, found 70000.
            --host=0.0.0.0 | --host: expected a loopback address, found 0.0.0.0. Others could use the service there: add --token-file FILE.
            --host=no.such.host.invalid | --host: expected an address of this machine, found no.such.host.invalid.
            --allow-host=http://x | --allow-host: expected a name such as pixels.example.org, found http://x.
            --allow-origin=x.org | --allow-origin: expected an origin such as https://example.org, found x.org.
            --allow-origin=* | --allow-origin: expected an origin such as https://example.org, found *.
            --token-file=. | --token-file: expected a file
            --token-file=FOLDER/open | --token-file: expected rights rw-------
            --token-file=FOLDER/short | --token-file: expected 16 to 512 letters
            """)
    void wrongOptionsAreRefused(String option, String words) throws IOException {
        Files.writeString(folder.resolve("open"), "0123456789abcdef");
        Files.setPosixFilePermissions(folder.resolve("open"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(folder.resolve("short"), "short");
        Files.setPosixFilePermissions(folder.resolve("short"), PosixFilePermissions.fromString("rw-------"));
        Captured result = Captured.run(folder, "serve", option.replace("FOLDER", folder.toString()));
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains(words);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void modelsNeedNamesOfTheirOwn() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        Captured result = Captured.run(folder, "serve", "-c", "a/x.pxi", "-c", "x.pxi");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("expected models of different names");
    }
}
