package org.pixelllm.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in: by host, by origin, by token. */
@Timeout(60)
class GateTest {

    private static ServiceSettings with(
            ServiceSettings usual, @Nullable String token, List<String> hosts, List<String> origins) {
        return new ServiceSettings(
                usual.host(),
                usual.port(),
                token,
                hosts,
                origins,
                usual.wires(),
                usual.desk(),
                usual.grace(),
                usual.page(),
                usual.accessLog(),
                usual.log());
    }

    private static int status(Running running, String path, String... headers) throws IOException {
        try (Running.Raw raw = running.raw()) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.add("Connection: close");
            return raw.get(path, all.toArray(String[]::new)).status();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | Host: localhost
            200 | Host: LOCALHOST:8421
            200 | Host: 127.0.0.1:1
            200 | Host: [::1]:8421
            200 | Host: pixels.example
            200 | Host: other.example:444
            421 | Host: other.example
            421 | Host: evil.example
            421 | Host: localhost.evil.example
            421 | Host: 127.0.0.1.evil.example:8421
            421 | Host: 192.168.1.1
            200 | Host: localhost:1 ; Origin: http://localhost:1
            200 | Host: pixels.example ; Origin: https://pixels.example
            200 | Host: localhost:1 ; Origin: https://friend.example
            200 | Host: localhost:1 ; Origin: https://friend.example ; Sec-Fetch-Site: cross-site
            403 | Host: localhost:1 ; Origin: http://localhost:2
            403 | Host: localhost:1 ; Origin: null
            403 | Host: localhost:1 ; Origin: https://evil.example
            200 | Host: localhost:1 ; Sec-Fetch-Site: same-origin
            200 | Host: localhost:1 ; Sec-Fetch-Site: none
            403 | Host: localhost:1 ; Sec-Fetch-Site: same-site
            403 | Host: localhost:1 ; Sec-Fetch-Site: cross-site
            403 | Host: localhost:1 ; Sec-Fetch-Site: cross-site ; Sec-Fetch-Mode: navigate
            400 | Host: localhost ; Origin: http://localhost ; Origin: https://friend.example
            """)
    void hostsAndOrigins(int expected, String headers) throws Exception {
        try (Running running = new Running(usual ->
                with(usual, null, List.of("pixels.example", "other.example:444"), List.of("https://friend.example")))) {
            assertThat(status(running, "/v1/models", headers.split(" ; ", -1))).isEqualTo(expected);
        }
    }

    @Test
    void aRequestNamesItsHostOnce() throws Exception {
        try (Running running = new Running()) {
            assertThat(status(running, "/v1/models")).isEqualTo(400);
            assertThat(status(running, "/v1/models", "Host: localhost", "Host: localhost"))
                    .isEqualTo(400);
            assertThat(running.figure("answers_total")).isZero();
        }
    }

    @Test
    void aLinkOnAnotherSiteMayLeadToThePage() throws Exception {
        try (Running running = new Running()) {
            String[] visit = {"Host: localhost", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"};
            assertThat(status(running, "/", visit)).isEqualTo(200);
            assertThat(status(running, "/", "Host: localhost", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"))
                    .isEqualTo(403);
        }
    }

    @Test
    void aSiteThatIsLetInIsToldSo() throws Exception {
        try (Running running =
                new Running(usual -> with(usual, "secret", List.of(), List.of("https://friend.example")))) {
            var answer = running.client.send(
                    HttpRequest.newBuilder(running.uri("/v1/predict"))
                            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                            .header("Origin", "https://friend.example")
                            .header("Access-Control-Request-Method", "POST")
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("https://friend.example");
            assertThat(running.get("/readyz").headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void withATokenNothingButThePageIsOpen() throws Exception {
        try (Running running = new Running(usual -> with(usual, "the token", List.of(), List.of()))) {
            for (String path : List.of(
                    "/v1/models",
                    "/metrics",
                    "/default.pxi",
                    "/openapi.json",
                    "/cartridges/golden.pxi",
                    "/v1/answers/x")) {
                assertThat(running.get(path).statusCode()).as(path).isEqualTo(401);
                assertThat(running.get(path, "Authorization", "Bearer the tokem")
                                .statusCode())
                        .isEqualTo(401);
                assertThat(running.get(path, "Authorization", "Basic the token").statusCode())
                        .isEqualTo(401);
                assertThat(running.get(path, "Authorization", "Bearer the token")
                                .statusCode())
                        .isNotEqualTo(401);
            }
            assertThat(running.ask("/v1/predict", "a").statusCode()).isEqualTo(401);
            assertThat(running.ask("/v1/predict", "a", "Authorization", "bearer the token")
                            .statusCode())
                    .isEqualTo(200);
            for (String path : List.of("/", "/livez", "/readyz")) {
                assertThat(running.get(path).statusCode()).as(path).isEqualTo(200);
            }
            String stream = running.ask("/v1/streams?tokens=2", "a", "Authorization", "Bearer the token")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertThat(running.get(stream).statusCode()).isEqualTo(200);
            assertThat(running.get("/v1/streams/x").statusCode()).isEqualTo(401);
        }
    }
}
