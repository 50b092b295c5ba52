package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.png.PngLimits;

/** The front of the compliance kit: options, report files, exit codes. */
class ConformanceCommandTest {

    /** Refuses everything, the valid files too. */
    private static final String REFUSES = "sh -c 'echo no; exit 3' {input} {output_dir}";

    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatDoesNotConformExitsWithOneAndAReport() throws IOException {
        Path reports = folder.resolve("report");
        Captured result = Captured.run(
                folder,
                "conformance",
                "--implementation",
                REFUSES,
                "--against",
                REFUSES,
                "--report",
                reports.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DOES_NOT_CONFORM.code());
        assertThat(result.out())
                .contains(
                        "FAILS  ACCEPTS_SIZES", "1-token: expected exit code 0, found 3: no", "holds  REFUSES_VERSION");
        JsonObject report = JsonParser.parseString(Files.readString(reports.resolve("report.json")))
                .getAsJsonObject();
        assertThat(report.get("holds").getAsBoolean()).isFalse();
        assertThat(report.get("implementation").getAsString()).isEqualTo(REFUSES);
        assertThat(reports.resolve("1-token.pxi")).exists();
        assertThat(reports.resolve("version-2.pxi")).doesNotExist();
        assertThat(PxiFiles.read(reports.resolve("conformance.png"), PngLimits.PROTOCOL, PxiFiles.MAX_IMAGE_FILE_BYTES)
                        .text())
                .containsEntry("Kind", "view");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theReportIsJsonForScripts() {
        Captured result = Captured.run(folder, "conformance", "--implementation", REFUSES, "--json");

        assertThat(result.code()).isEqualTo(ExitCode.DOES_NOT_CONFORM.code());
        JsonObject report = JsonParser.parseString(result.out()).getAsJsonObject();
        assertThat(report.get("vocabulary").getAsInt()).isEqualTo(1024);
        assertThat(report.getAsJsonArray("checks"))
                .anySatisfy(
                        check -> assertThat(check.getAsJsonObject().get("name").getAsString())
                                .isEqualTo("PREDICTION_SUM"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "my-program {input} | --vocabulary 10 | {output_dir}",
                "no-such-program-here {input} {output_dir} | --vocabulary 10 | no-such-program-here",
                "my-program {input} {output_dir} | --vocabulary 1 | --vocabulary: expected 2",
                "my-program {input} {output_dir} | --timeout 0 | --timeout: expected 1",
                "my-program '{input} {output_dir} | --timeout 5 | expected a second '",
            })
    void mistakesAreSaidInOneLine(String command, String options, String said) {
        String[] option = options.split(" ", -1);
        Captured result = Captured.run(folder, "conformance", "--implementation", command, option[0], option[1]);

        assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).contains(said).hasLineCount(1);
    }
}
