package org.pixelllm.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pixelllm.engine.Answer;
import org.pixelllm.engine.PixelLlm;
import org.pixelllm.engine.look.Look;
import org.pixelllm.engine.look.LookOptions;
import org.pixelllm.engine.text.Generation;
import org.pixelllm.engine.text.GenerationOptions;
import org.pixelllm.engine.text.Sampling;
import org.pixelllm.engine.text.Scores;
import org.pixelllm.protocol.images.TokenImage;

/** Every image of the service is the engine's own, byte for byte. */
@Timeout(120)
class EndpointsTest {

    private static final String TEXT = "This is the";

    private static Running running;
    private static PixelLlm model;

    @BeforeAll
    static void start() throws IOException {
        running = new Running();
        model = PixelLlm.open(Running.GOLDEN, Running.CHOICE);
    }

    @AfterAll
    static void stop() {
        running.close();
        model.close();
    }

    private static String word(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String type(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    /** The bodies of a multipart answer by their file names. */
    private static Map<String, byte[]> parts(HttpResponse<byte[]> response) {
        String boundary = type(response).substring(type(response).indexOf("boundary=") + 9);
        String body = new String(response.body(), StandardCharsets.ISO_8859_1);
        Map<String, byte[]> parts = new LinkedHashMap<>();
        assertThat(body).endsWith("\r\n--" + boundary + "--\r\n");
        String[] pieces = body.split("(^|\r\n)--" + boundary + "(--)?\r\n", -1);
        for (String piece : List.of(pieces).subList(1, pieces.length - 1)) {
            String head = piece.substring(0, piece.indexOf("\r\n\r\n"));
            String name = head.replaceAll("(?s).*filename=\"([^\"]*)\".*", "$1");
            parts.put(name, piece.substring(head.length() + 4).getBytes(StandardCharsets.ISO_8859_1));
        }
        return parts;
    }

    @Test
    void aPredictionOfATextAndOfItsImage() throws Exception {
        TokenImage tokens = model.tokens(TEXT);
        Answer answer = model.predict(tokens);
        byte[] prediction = answer.prediction(5).toPng(model.provenance(answer));
        byte[] logits = answer.heatmap().toPng(model.provenance(answer));
        HttpResponse<byte[]> text = running.ask("/v1/predict", TEXT);
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(type(text)).isEqualTo("image/png");
        assertThat(text.body()).isEqualTo(prediction);
        assertThat(running.post("/v1/predict", "image/png", tokens.toPng(Map.of()))
                        .body())
                .isEqualTo(prediction);
        assertThat(running.ask("/v1/predict?top=3", TEXT).body())
                .isEqualTo(answer.prediction(3).toPng(model.provenance(answer)));
        assertThat(running.ask("/v1/predict/logits", TEXT).body()).isEqualTo(logits);
        assertThat(parts(running.ask("/v1/predict", TEXT, "Accept", "multipart/mixed")))
                .containsExactly(Map.entry("output_token.pxi", prediction), Map.entry("logits_heatmap.pxi", logits));
    }

    @Test
    void aTextThatGoesOn() throws Exception {
        Sampling sampling = new Sampling(1, 0, 1, 0, 1, 7);
        StringBuilder words = new StringBuilder();
        byte[] image;
        int count;
        try (Generation generation = model.generate(model.tokens(TEXT), new GenerationOptions(sampling, 40, null))) {
            while (generation.next()) {
                words.append(generation.text());
            }
            image = generation.image().toPng(generation.provenance());
            count = generation.tokens().size();
        }
        String path = "/v1/generate?tokens=40&temperature=1&top-k=0&top-p=1&seed=7";
        assertThat(running.ask(path, TEXT).body()).isEqualTo(image);
        HttpResponse<byte[]> text = running.ask(path, TEXT, "Accept", "text/plain");
        assertThat(type(text)).isEqualTo("text/plain; charset=utf-8");
        assertThat(word(text)).isEqualTo(words.toString());

        HttpResponse<byte[]> events = running.ask(path, TEXT, "Accept", "text/event-stream");
        assertThat(type(events)).isEqualTo("text/event-stream");
        List<JsonObject> tokens = new ArrayList<>();
        String end = "";
        for (String event : word(events).split("\n\n", -1)) {
            if (event.startsWith("event: token\ndata: ")) {
                tokens.add(JsonParser.parseString(event.substring(19)).getAsJsonObject());
            } else if (event.startsWith("event: end\ndata: ")) {
                end = JsonParser.parseString(event.substring(17))
                        .getAsJsonObject()
                        .get("location")
                        .getAsString();
            }
        }
        assertThat(tokens).hasSize(count);
        assertThat(String.join(
                        "",
                        tokens.stream()
                                .map(each -> each.get("text").getAsString())
                                .toList()))
                .isEqualTo(words.toString());
        assertThat(running.get(end).body()).isEqualTo(image);

        HttpResponse<byte[]> ticket = running.ask(path.replace("generate", "streams"), TEXT);
        assertThat(ticket.statusCode()).isEqualTo(201);
        String location = ticket.headers().firstValue("Location").orElseThrow();
        HttpResponse<byte[]> stream = running.get(location);
        assertThat(type(stream)).isEqualTo("multipart/x-mixed-replace; boundary=pixels");
        String pictures = new String(stream.body(), StandardCharsets.ISO_8859_1);
        assertThat(pictures.split("--pixels\r\n", -1))
                .hasSize(count + 3); // one a token, the whole answer, and around them
        assertThat(pictures).contains(new String(image, StandardCharsets.ISO_8859_1));
        assertThat(running.get(location).statusCode()).isEqualTo(404);
    }

    @Test
    void scoresAndTokens() throws Exception {
        Scores scores = model.score(model.tokens(TEXT), "x");
        assertThat(running.ask("/v1/score", TEXT).body())
                .isEqualTo(scores.image().toPng(model.provenance(scores)));
        byte[] image = running.ask("/v1/encode", TEXT).body();
        assertThat(image)
                .isEqualTo(model.tokens(TEXT)
                        .toPng(ordered(
                                "Software",
                                "Pixel-LLM " + PixelLlm.VERSION,
                                "Cartridge",
                                "sha256:" + model.cartridge().digest())));
        assertThat(word(running.post("/v1/encode", "image/png", image, "Accept", "text/plain")))
                .isEqualTo(TEXT);
    }

    private static Map<String, String> ordered(String... entries) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put(entries[i], entries[i + 1]);
        }
        return map;
    }

    @Test
    void aLookInside() throws Exception {
        Look look = Look.at(
                model,
                model.tokens(TEXT),
                "x",
                new LookOptions(new LookOptions.Head(0, 1), true, true, true, true, false));
        Map<String, String> text = look.provenance();
        text.put("Layer", "0");
        text.put("Head", "1");
        byte[] head = look.head().images().getFirst().toPng(text);
        assertThat(running.ask("/v1/look/attention?layer=0&head=1", TEXT).body())
                .isEqualTo(head);
        assertThat(parts(running.ask("/v1/look/attention?layer=0&head=1", TEXT, "Accept", "multipart/mixed")))
                .containsOnlyKeys("attention.pxi", "attention.png")
                .containsEntry("attention.pxi", head);
        Map<String, byte[]> all = parts(running.ask("/v1/look", TEXT));
        assertThat(all)
                .containsKeys("attention.pxi", "attention_sheet.png", "activations_L0.pxi", "lens.png", "trace.png");
        assertThat(running.ask("/v1/look/lens", TEXT).body()).isEqualTo(all.get("lens.png"));
        assertThat(running.ask("/v1/look/trace", TEXT).body()).isEqualTo(all.get("trace.png"));
        assertThat(running.ask("/v1/look/heads", TEXT).body()).isEqualTo(all.get("attention_sheet.png"));
        Map<String, String> layer = look.provenance();
        layer.put("Layer", "0");
        layer.put("Tensor", look.activations().getFirst().tensor());
        assertThat(parts(running.ask("/v1/look/activations", TEXT)))
                .containsEntry(
                        "activations_L0.pxi",
                        look.activations().getFirst().image().toPng(layer));
        HttpResponse<byte[]> missing = running.ask("/v1/look/attention?layer=99", TEXT);
        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(word(missing)).contains("layer 99 does not exist");
    }

    @Test
    void anAnswerHasAnAddress() throws Exception {
        HttpResponse<byte[]> answer = running.ask("/v1/predict", "pxOS");
        String tag = answer.headers().firstValue("ETag").orElseThrow();
        String location = answer.headers().firstValue("Content-Location").orElseThrow();
        assertThat(location).isEqualTo("/v1/answers/" + tag.replace("\"", ""));
        HttpResponse<byte[]> again = running.get(location);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(answer.body());
        assertThat(again.headers().firstValue("ETag")).contains(tag);
        HttpResponse<byte[]> same = running.get(location, "If-None-Match", tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(running.get(location, "If-None-Match", "\"other\"").statusCode())
                .isEqualTo(200);
        assertThat(running.ask("/v1/predict", "pxOS", "If-None-Match", tag).statusCode())
                .isEqualTo(412);
        assertThat(running.ask("/v1/predict", "pxOS").headers().firstValue("ETag"))
                .contains(tag);
        for (String other : List.of("/v1/predict?top=4", "/v1/predict/logits", "/v1/score")) {
            assertThat(running.ask(other, "pxOS").headers().firstValue("ETag"))
                    .isPresent()
                    .isNotEqualTo(Optional.of(tag));
        }
        assertThat(running.get("/v1/answers/" + "0".repeat(64)).statusCode()).isEqualTo(404);
    }

    @Test
    void modelsAndFiles() throws Exception {
        JsonObject one = JsonParser.parseString(word(running.get("/v1/models")))
                .getAsJsonObject()
                .getAsJsonArray("models")
                .get(0)
                .getAsJsonObject();
        assertThat(one.get("name").getAsString()).isEqualTo("golden");
        assertThat(one.get("cartridge").getAsString())
                .isEqualTo("sha256:" + model.cartridge().digest());
        assertThat(one.toString()).doesNotContain(Running.ROOT.toString());
        byte[] cartridge = Files.readAllBytes(Running.GOLDEN);
        assertThat(running.get(one.get("file").getAsString()).body()).isEqualTo(cartridge);
        assertThat(running.get("/default.pxi").body()).isEqualTo(cartridge);
        assertThat(word(running.get("/"))).isEqualTo("<!doctype html>");
        assertThat(running.get("/livez").statusCode()).isEqualTo(200);
        assertThat(running.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        record Case(int status, String words, HttpResponse<byte[]> found) {}
        byte[] image = model.tokens(TEXT).toPng(Map.of());
        byte[] broken = image.clone();
        broken[45] ^= 1;
        byte[] beyond = new TokenImage(new int[] {9999}).toPng(Map.of());
        List<Case> cases = List.of(
                new Case(404, "openapi.json", running.ask("/v1/nothing", TEXT)),
                new Case(404, "openapi.json", running.ask("/v1/predict/nothing", TEXT)),
                new Case(404, "model: expected golden", running.ask("/v1/predict?model=x", TEXT)),
                new Case(405, "expected POST", running.get("/v1/predict")),
                new Case(405, "expected GET", running.ask("/v1/models", TEXT)),
                new Case(415, "image/png or text/plain", running.post("/v1/predict", "application/json", new byte[] {1
                })),
                new Case(415, "charset=utf-8", running.post("/v1/predict", "text/plain; charset=latin1", new byte[] {1
                })),
                new Case(406, "image/png", running.ask("/v1/predict", TEXT, "Accept", "text/html")),
                new Case(406, "image/png", running.ask("/v1/predict", TEXT, "Accept", "image/png;q=0, text/html")),
                new Case(413, "at most 1048576 bytes", running.ask("/v1/predict", "x".repeat((1 << 20) + 1))),
                new Case(400, "top: expected a whole number", running.ask("/v1/predict?top=x", TEXT)),
                new Case(400, "top: expected 1 to", running.ask("/v1/predict?top=0", TEXT)),
                new Case(
                        400,
                        "query: expected model, top, found temperature",
                        running.ask("/v1/predict?temperature=1", TEXT)),
                new Case(400, "temperature: expected 0 to 100", running.ask("/v1/generate?temperature=-1", TEXT)),
                new Case(400, "tokens: expected 1 to", running.ask("/v1/generate?tokens=0", TEXT)),
                new Case(400, "body", running.post("/v1/predict", "image/png", broken)),
                new Case(400, "body", running.post("/v1/predict", "image/png", new byte[0])),
                new Case(400, "UTF-8", running.post("/v1/predict", "text/plain", new byte[] {(byte) 0xff})),
                new Case(422, "1 to 65535 tokens", running.ask("/v1/predict", "")),
                new Case(422, "body", running.post("/v1/predict", "image/png", beyond)));
        for (Case each : cases) {
            assertThat(each.found.statusCode())
                    .as(each.words + ": " + word(each.found))
                    .isEqualTo(each.status);
            assertThat(type(each.found)).isEqualTo("application/problem+json");
            JsonObject problem = JsonParser.parseString(word(each.found)).getAsJsonObject();
            assertThat(problem.get("status").getAsInt()).isEqualTo(each.status);
            assertThat(problem.get("detail").getAsString()).contains(each.words);
        }
        assertThat(running.log).isEmpty();
        assertThat(running.accessLog).allSatisfy(line -> assertThat(line).doesNotContain(TEXT));
    }

    @Test
    void everyResponseIsHardToMisuse() throws Exception {
        for (HttpResponse<byte[]> each :
                List.of(running.get("/"), running.ask("/v1/predict", TEXT), running.get("/nothing"))) {
            assertThat(each.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(each.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'");
        }
    }
}
