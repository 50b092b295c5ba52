package org.pixelllm.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.protocol.images.TokenImage;

/** The daemon of the launcher and of the jar. Runs after packaging. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class DaemonLaunched {

    private static final Path JAR = Captured.ROOT.resolve("cli/target/pixel-llm.jar");

    @TempDir
    private Path folder;

    /** What the launcher's own command answers, byte for byte, whichever executor it chooses. */
    @Test
    void answersAreThoseOfTheLaunchersCommand() throws Exception {
        int[] ids = "Once upon a time, there was a pixel".codePoints().toArray();
        Path question = folder.resolve("in.pxi");
        new TokenImage(ids).write(question, Map.of());
        for (List<String> options : List.of(List.<String>of(), List.of("-x", "simd"))) {
            try (DaemonProcesses processes = DaemonProcesses.ofLauncher(folder)) {
                String line = " " + String.join(" ", options);
                DaemonProcesses.Result start =
                        processes.shell("'" + Captured.ROOT.resolve("pixel-llm") + "' daemon start" + line);
                assertThat(start.code()).as(start.err()).isZero();
                assertThat(start.out()).hasLineCount(1).contains("started");
                String command = "'" + Captured.ROOT.resolve("pixel-llm") + "' infer -i in.pxi -o ";
                DaemonProcesses.Result infer = processes.shell("PIXELLLM_DAEMON=off " + command + "." + line);
                assertThat(infer.code()).as(infer.err()).isZero();
                DaemonProcesses.Result served = processes.shell(command + "served" + line);
                assertThat(served.code()).as(served.err()).isZero();
                assertThat(timeless(served.out()).replace("served/", "./")).isEqualTo(timeless(infer.out()));
                assertThat(processes.run("daemon", "status").out()).contains("answered 1,");
                try (DaemonCaller caller = DaemonCaller.at(processes.place())) {
                    Map<String, byte[]> parts =
                            caller.predict(Files.readAllBytes(question)).parts();
                    for (String name : List.of("output_token", "logits_heatmap")) {
                        byte[] own = Files.readAllBytes(folder.resolve(name + ".pxi"));
                        assertThat(parts.get(name)).isEqualTo(own);
                        assertThat(folder.resolve("served").resolve(name + ".pxi"))
                                .hasBinaryContent(own);
                    }
                }
                assertHasItsOwnSession(processes.state().pid());
                Path loaded = folder.resolve("loaded.txt");
                DaemonProcesses.Result again = processes.shell(
                        "JDK_JAVA_OPTIONS='-Xlog:class+load:file=\"" + loaded + "\"' " + command + "served" + line);
                assertThat(again.code()).as(again.err()).isZero();
                assertThat(Files.readAllLines(loaded).stream().filter(each -> each.contains(" org.pixelllm.")))
                        .as("the client's own classes, and none of the engine's")
                        .isNotEmpty()
                        .allMatch(each -> each.contains(" org.pixelllm.cli.client."));
                assertThat(processes.run("daemon", "stop").code()).isZero();
            }
        }
        try (Stream<Path> files = Files.list(JAR.resolveSibling(""))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".aot")))
                    .as("caches: none for the daemon")
                    .noneMatch(name -> name.contains("daemon"));
        }
    }

    private static String timeless(String said) {
        return said.replaceAll("[0-9.]+ ms", "# ms");
    }

    /** A plain kill of the command that the daemon runs: it ends as it does alone, and what a daemon declines runs alone. */
    @Test
    void aKilledCommandKeepsWhatThereIsAndWhatIsDeclinedRunsAlone() throws Exception {
        try (DaemonProcesses processes = DaemonProcesses.ofLauncher(folder)) {
            assertThat(processes.run("daemon", "start").code()).isZero();
            DaemonProcesses.Running generate =
                    processes.begin("generate", "Once", "-n", "60000", "--seed", "1", "-o", folder.toString());
            while (!generate.hasSpoken()) {
                Thread.sleep(5);
            }
            generate.process().destroy();
            DaemonProcesses.Result killed = generate.end();
            assertThat(killed.code()).as(killed.err()).isEqualTo(130);
            assertThat(folder.resolve("output_sequence.pxi")).exists();
            DaemonProcesses.Result declined = processes.run("infer", "-i", "/dev/null");
            assertThat(declined.code()).isEqualTo(66);
            assertThat(declined.err()).hasLineCount(1).contains("/dev/null");
            DaemonProcesses.Result again = processes.run("daemon", "restart", "--idle", "3");
            assertThat(again.code()).as(again.err()).isZero();
            assertThat(processes.run("daemon", "status", "--json").out()).contains("\"idle_minutes\": 3.0");
            assertThat(processes.run("daemon", "stop").code()).isZero();
        }
    }

    /** So the end of the shell or of its terminal is not its end. */
    private static void assertHasItsOwnSession(long pid) throws IOException {
        Path stat = Path.of("/proc", String.valueOf(pid), "stat");
        if (Files.exists(stat) && Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            String rest = Files.readString(stat).replaceFirst(".*\\) ", "");
            assertThat(rest.split(" ", -1)[3]).as("session").isEqualTo(String.valueOf(pid));
        }
    }

    @Test
    void aJarThatWasReplacedAnswersNoMore() throws Exception {
        Path jar = Files.copy(JAR, folder.resolve("copy.jar"));
        byte[] image = new TokenImage(new int[] {1, 2, 3}).toPng(Map.of());
        try (DaemonProcesses processes = DaemonProcesses.ofJava(folder, jar.toString())) {
            assertThat(processes.run("daemon", "start").code()).isZero();
            long pid = processes.state().pid();
            try (DaemonCaller caller = DaemonCaller.at(processes.place())) {
                assertThat(caller.predict(image).word()).isEqualTo("ok");
                Path other = Files.copy(JAR, folder.resolve("other.jar"));
                Files.move(other, jar, StandardCopyOption.ATOMIC_MOVE);
                // Started at once, while the old one may still be there.
                DaemonProcesses.Result start = processes.run("daemon", "start");
                assertThat(start.code()).as(start.err()).isZero();
                assertThat(start.out()).contains("started");
                assertThat(processes.state().pid()).isNotEqualTo(pid);
                assertThat(caller.read()).as("the old one's connection").isNull();
            }
            assertThat(processes.run("daemon", "stop").code()).isZero();
        }
    }
}
