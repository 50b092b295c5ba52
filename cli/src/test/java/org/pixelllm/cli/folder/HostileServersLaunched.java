package org.pixelllm.cli.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.cli.Captured;
import org.pixelllm.protocol.images.TokenImage;

/** Servers as another user than root, on a full disk and in another locale: from the jar, since another user may not see the classes. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class HostileServersLaunched {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final int NOBODY = 65534;

    @TempDir
    private Path folder;

    private record Result(int code, String said) {}

    private Result run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path log = folder.resolve("log.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), Files.readString(log));
    }

    private static boolean works(String... command) {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private List<String> server(Path jar, Path cartridge, Path in, Path out, String... more) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                jar.toString(),
                "org.pixelllm.cli.Main",
                "serve-folder",
                in.toString(),
                out.toString(),
                "-c",
                cartridge.toString(),
                "-x",
                "reference",
                "--settle",
                "0"));
        command.addAll(List.of(more));
        return command;
    }

    private static Path jar() {
        return Captured.ROOT.resolve("cli/target/pixel-llm.jar");
    }

    private static Path golden() {
        return Captured.ROOT.resolve("cartridges/golden.pxi");
    }

    private static void ask(Path in, String name) throws IOException {
        new TokenImage(new int[] {65, 66}).write(in.resolve(name + ".pxi"), Map.of());
    }

    private static void give(Path file, int user) throws IOException {
        Files.setAttribute(file, "unix:uid", user);
    }

    @Test
    void whatOtherUsersOwnIsSetAside() throws Exception {
        String user = String.valueOf(NOBODY);
        String[] nobody = {"setpriv", "--reuid", user, "--regid", user, "--clear-groups"};
        Assumptions.assumeTrue(
                works(Stream.concat(Stream.of(nobody), Stream.of("true")).toArray(String[]::new)),
                "setpriv needs root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path jar = Files.copy(jar(), folder.resolve("pixel-llm.jar"));
        Path cartridge = Files.copy(golden(), folder.resolve("golden.pxi"));
        Path in = Files.createDirectory(folder.resolve("in"));
        Path out = Files.createDirectory(folder.resolve("out"));
        give(out, NOBODY);
        Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(works("chmod", "+t", in.toString())).isTrue();
        for (String name : List.of("a", "readonly", "z")) {
            ask(in, name);
            give(in.resolve(name + ".pxi"), NOBODY);
        }
        ask(in, "roots"); // cannot be moved from a sticky folder
        Path readonly = Files.writeString(out.resolve("readonly.output_token.pxi"), "keep");
        Files.setPosixFilePermissions(readonly, PosixFilePermissions.fromString("r--r--r--"));
        List<String> command = new ArrayList<>(List.of(nobody));
        command.addAll(server(jar, cartridge, in, out, "--once"));
        Result result = run(Map.of(), command);
        assertThat(result.code()).as(result.said()).isZero();
        assertThat(result.said()).contains("2 answered, 1 rejected, 1 left where they are", "roots.pxi");
        assertThat(in.resolve("roots.pxi")).exists();
        assertThat(out.resolve("rejected/roots.txt")).content().contains("cannot be moved");
        assertThat(out.resolve("rejected/readonly.txt")).content().contains("no permission");
        assertThat(readonly).hasContent("keep");
        assertThat(out.resolve("answered/a.pxi")).exists();
        assertThat(out.resolve("answered/z.pxi")).exists();
    }

    /** Nothing can be written, and that is no question's fault: they wait, and are answered once there is room. */
    @Test
    void onAFullDiskQuestionsWait() throws Exception {
        Assumptions.assumeTrue(
                works("unshare", "-rm", "sh", "-c", "mount -t tmpfs none /mnt"), "no mounts without privileges");
        Path in = Files.createDirectory(folder.resolve("in"));
        Path out = Files.createDirectory(folder.resolve("out"));
        for (int i = 0; i < 20; i++) {
            ask(in, "q" + i);
        }
        Files.writeString(in.resolve("page.pxi"), "<html>");
        String server = String.join("' '", server(jar(), golden(), in, out));
        String script = """
                mount -t tmpfs -o size=800k none '%1$s/out' || exit 9
                mkdir '%1$s/out/taken' '%1$s/out/answered' '%1$s/out/rejected'
                head -c 1000000 /dev/zero >'%1$s/out/filler' 2>/dev/null
                '%2$s' --once
                echo "once $?"
                ls '%1$s/in' '%1$s/out/taken' | grep -c pxi
                '%2$s' &
                sleep 2
                rm '%1$s/out/filler'
                for i in $(seq 100); do
                    [ "$(ls '%1$s/out/answered' | wc -l)" -lt 20 ] || [ ! -f '%1$s/out/rejected/page.pxi' ] || break
                    sleep 0.1
                done
                kill $!
                wait
                echo "answered $(ls '%1$s/out/answered' | wc -l), rejected $(ls '%1$s/out/rejected' | tr '\\n' ' ')"
                """.formatted(folder, server);
        Result result = run(Map.of(), List.of("unshare", "-rm", "sh", "-c", script));
        assertThat(result.said())
                .contains(
                        "once 73",
                        folder.resolve("out") + ": cannot be written: ",
                        "\n21\n",
                        "The questions wait.",
                        "answered 20, rejected page.pxi page.txt")
                .doesNotContain("Exception");
    }

    /** Java of another locale cannot say such names at all. */
    @Test
    void aNameThatTheLocaleCannotSayIsRejected() throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        Path out = folder.resolve("out");
        ask(in, "a");
        ask(in, "\u00fc");
        ask(in, "z");
        Result result = run(Map.of("LC_ALL", "C"), server(jar(), golden(), in, out, "--once"));
        assertThat(result.code()).as(result.said()).isZero();
        assertThat(result.said()).contains("2 answered, 1 rejected", "cannot be said in this locale");
        assertThat(out.resolve("rejected/\u00fc.pxi")).exists();
        try (Stream<Path> all = Files.list(out.resolve("rejected"))) {
            assertThat(all.map(Path::toString).filter(name -> name.endsWith(".txt")))
                    .hasSize(1);
        }
    }
}
