package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.terminal.ExitCode;
import org.pixelllm.protocol.images.TokenImage;

/**
 * Small files stay small: one Java process with 64 MB of memory runs every command that reads images on every one of
 * {@link Bombs}, and none of them takes long.
 */
class SmallFilesTest {

    private static final int SECONDS = 20;
    private static final int MILLISECONDS_TO_LOOK = 1_000;

    @TempDir
    private static Path folder;

    private static final Map<List<String>, Said> SAID = new LinkedHashMap<>();

    private record Said(int code, long milliseconds, String err) {}

    /** The victim: runs commands, each a line of words between tabs, and says what came of them. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                long start = System.nanoTime();
                JsonObject said = new JsonObject();
                try {
                    Captured captured = Captured.run(folder, line.split("\t"));
                    said.addProperty("code", captured.code());
                    said.addProperty("err", captured.err());
                } catch (Throwable e) { // an Error is an outcome too
                    said.addProperty("code", -1);
                    said.addProperty("err", e.toString());
                }
                said.addProperty("milliseconds", (System.nanoTime() - start) / 1_000_000);
                System.out.println(said);
            }
        }
    }

    @BeforeAll
    static void run() throws IOException, InterruptedException {
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("inspect", control()));
        for (Map.Entry<String, byte[]> bomb : Bombs.all().entrySet()) {
            Path file = Files.write(folder.resolve(bomb.getKey()), bomb.getValue());
            assertThat(bomb.getValue()).as(bomb.getKey()).hasSizeLessThan(1_100_000);
            String name = file.toString();
            String view = folder.resolve("view.png").toString();
            commands.addAll(List.of(
                    List.of("inspect", name),
                    List.of("decode", name),
                    List.of("decode", "--as", "sequence", name),
                    List.of("verify", name),
                    List.of("disasm", name),
                    List.of("diff", name, name),
                    List.of("view", name, "-o", view),
                    List.of("view", name, "-o", view, "--scale", "1"),
                    List.of("infer", "-x", "reference", "-c", name, "-o", folder.toString(), "text"),
                    List.of("infer", "-x", "reference", "-i", name, "-o", folder.toString())));
        }
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        commands.forEach(words -> lines.add(String.join("\t", words)));
        Path input = Files.writeString(folder.resolve("commands.txt"), lines.toString());
        Path output = folder.resolve("said.txt");
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-Dpixelllm.root=" + Captured.ROOT,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("trace.txt").toFile())
                .start();
        assertThat(victim.waitFor(10 * SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(victim.exitValue())
                .as(Files.readString(folder.resolve("trace.txt")))
                .isZero();
        List<String> said = Files.readAllLines(output);
        assertThat(said).hasSameSizeAs(commands);
        for (int i = 0; i < said.size(); i++) {
            JsonObject each = JsonParser.parseString(said.get(i)).getAsJsonObject();
            SAID.put(
                    commands.get(i),
                    new Said(
                            each.get("code").getAsInt(),
                            each.get("milliseconds").getAsLong(),
                            each.get("err").getAsString()));
        }
    }

    private static String control() throws IOException {
        Path file = folder.resolve("control.pxi");
        new TokenImage(new int[] {1, 2, 3}).write(file, Map.of());
        return file.toString();
    }

    @Test
    void everyCommandAnswersOrRefusesInOneSentence() {
        assertThat(SAID.values().iterator().next().code()).isZero();
        SAID.forEach((words, said) -> {
            assertThat(said.code())
                    .as("%s: %s", words, said.err())
                    .isIn(ExitCode.OK.code(), ExitCode.USAGE.code(), ExitCode.BAD_DATA.code());
            assertThat(said.err().lines().count())
                    .as("%s: %s", words, said.err())
                    .isLessThan(4);
            assertThat(said.milliseconds()).as("%s", words).isLessThan(1_000L * SECONDS);
        });
    }

    /** What is no cartridge is known by its first pixels. */
    @Test
    void whatIsNoCartridgeIsRefusedAtOnce() {
        SAID.forEach((words, said) -> {
            if (words.contains("-c") && !words.toString().contains("header.pxi")) {
                assertThat(said.code()).as("%s", words).isEqualTo(ExitCode.BAD_DATA.code());
                assertThat(said.milliseconds()).as("%s", words).isLessThan(MILLISECONDS_TO_LOOK);
            }
        });
    }

    /** A header that keeps all rules asks for more memory than there is, and is told what to do. */
    @Test
    void memoryThatIsNotThereIsNamed() {
        SAID.forEach((words, said) -> {
            if (words.contains("-c") && words.toString().contains("header.pxi")) {
                assertThat(said.err()).contains("a re-encoded cartridge of 523776000 bytes", "-Xmx");
            }
        });
    }
}
