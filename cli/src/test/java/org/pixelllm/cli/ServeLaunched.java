package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process, with the classes that the launcher gives it. Runs after packaging. */
@Timeout(120)
class ServeLaunched {

    private static final Path ROOT =
            Path.of(System.getProperty("pixelllm.root")).toAbsolutePath();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path JAR = ROOT.resolve("cli/target/pixel-llm.jar");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // Null until a test starts one.
    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts it, and gives the address that it prints. */
    private URI start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-Dpixelllm.home=" + ROOT,
                "-cp",
                JAR + ":" + ROOT.resolve("server/target/lib") + "/*",
                "org.pixelllm.cli.Main",
                "serve",
                "--port",
                "0",
                "-c",
                ROOT.resolve("cartridges/golden.pxi").toString()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(line).as(Files.readString(folder.resolve("err"))).startsWith("serving golden at http://127.0.0.1:");
        return URI.create(line.substring(line.indexOf("http")));
    }

    private HttpRequest.Builder request(URI address, String path) {
        return HttpRequest.newBuilder(URI.create(address.getScheme() + "://" + address.getAuthority() + path));
    }

    private HttpRequest generate(URI address, int tokens, String token) {
        return request(address, "/v1/generate?temperature=1&top-k=0&top-p=1&seed=1&tokens=" + tokens)
                .header("Content-Type", "text/plain")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString("This is the"))
                .build();
    }

    private int status(URI address, String path) throws IOException, InterruptedException {
        return client.send(request(address, path).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void askedToEndItFinishesWhatItHasBegunAndEndsWithZero() throws Exception {
        Path file = folder.resolve("token");
        URI address = start("--token-file", "token");
        String token = Files.readString(file).strip();
        assertThat(address.getFragment()).isEqualTo("access=" + token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(status(address, "/")).isEqualTo(200);
        assertThat(status(address, "/page/app.js")).isEqualTo(200);
        assertThat(status(address, "/v1/models")).isEqualTo(401);
        HttpResponse<InputStream> stream = client.send(
                HttpRequest.newBuilder(generate(address, 1500, token), (name, value) -> true)
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        process.destroy();
        String events = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(events).contains("event: end");
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("err")))
                .isZero();
        assertThat(Files.readString(folder.resolve("err")))
                .doesNotContain("This is the")
                .doesNotContain(token);
    }

    @Test
    void killedUnderLoadItLeavesNothingBehind() throws Exception {
        URI address = start();
        var answer = client.sendAsync(generate(address, 16_384, "none"), HttpResponse.BodyHandlers.discarding());
        process.destroyForcibly().waitFor();
        assertThat(answer).failsWithin(Duration.ofSeconds(20));
        try (var files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString())).containsExactly("err");
        }
    }

    /** What a plain answer loads has nothing of the service. */
    @Test
    void theJarHasNoClassOfTheService() throws IOException {
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            assertThat(jar.stream().map(each -> each.getName()))
                    .noneMatch(name -> name.contains("helidon") || name.startsWith("org/pixelllm/server"));
        }
    }
}
