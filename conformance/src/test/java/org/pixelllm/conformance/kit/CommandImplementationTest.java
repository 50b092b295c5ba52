package org.pixelllm.conformance.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.conformance.kit.Implementation.Outcome;

/** Commands are started as they were meant, and stopped with all that they started. */
class CommandImplementationTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Outcome run(String command, Duration limit) throws IOException, InterruptedException {
        return new CommandImplementation(command, folder).run(folder.resolve("in"), folder.resolve("out"), limit);
    }

    @Test
    void wordsAreDividedAtSpacesAndKeptTogetherInQuotes() {
        assertThat(CommandWords.of("  a  b\tc ")).containsExactly("a", "b", "c");
        assertThat(CommandWords.of("'a b' \"c 'd'\" e'f g'h '' C:\\x\\y"))
                .containsExactly("a b", "c 'd'", "ef gh", "", "C:\\x\\y");
        assertThatThrownBy(() -> CommandWords.of("a 'b c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("after character 3");
        assertThatThrownBy(() -> CommandWords.of(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCommandNeedsBothPlaces() {
        assertThatThrownBy(() -> new CommandImplementation("my-program {input}", folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{output_dir}");
    }

    @Test
    void whatCannotBeStartedIsNamed() {
        assertThatThrownBy(() -> run("no-such-program-at-all {input} {output_dir}", LONG))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("no-such-program-at-all");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pathsAreNothingButPaths() throws IOException, InterruptedException {
        Path odd = folder.resolve("a 'b' \"c\" $(touch x); d");
        Outcome outcome = new CommandImplementation("printf %s:%s {input} --to={output_dir}", folder)
                .run(odd, folder.resolve("out"), LONG);

        assertThat(outcome).isEqualTo(new Outcome(true, 0, odd + ":--to=" + folder.resolve("out")));
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theExitCodeAndTheLastLineAreTold() throws IOException, InterruptedException {
        assertThat(run("sh -c 'echo one; echo two >&2; echo; exit 3' {input} {output_dir}", LONG))
                .isEqualTo(new Outcome(true, 3, "two"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whoeverPrintsMuchOrWaitsForInputIsNotHeldUp() throws IOException, InterruptedException {
        String much = "sh -c 'cat; head -c 3000000 /dev/zero; echo; echo end' {input} {output_dir}";
        assertThat(run(much, LONG)).isEqualTo(new Outcome(true, 0, "end"));
    }

    /** The command waits for a child; the child's number is the last that it prints. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatHangsIsStoppedWithItsChildren() throws IOException, InterruptedException {
        Path number = folder.resolve("child");
        Outcome outcome = run(
                "sh -c 'sleep 600 & echo $! >\"" + number + "\"; wait' {input} {output_dir}", Duration.ofSeconds(1));

        assertThat(outcome.ended()).isFalse();
        long child = Long.parseLong(Files.readString(number).strip());
        ProcessHandle.of(child).ifPresent(handle -> handle.onExit().join());
        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }
}
