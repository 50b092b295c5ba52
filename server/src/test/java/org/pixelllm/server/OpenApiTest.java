package org.pixelllm.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pixelllm.engine.PixelLlm;

/** The document says what the service does: it is asked for all that is in it. */
@Timeout(60)
class OpenApiTest {

    private static Running running;
    private static JsonObject document;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        running = new Running();
        document = JsonParser.parseString(
                        new String(running.get("/openapi.json").body(), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static void references(JsonElement element, Set<String> found) {
        if (element instanceof JsonArray array) {
            array.forEach(each -> references(each, found));
        } else if (element instanceof JsonObject object) {
            object.entrySet().forEach(each -> {
                if (each.getKey().equals("$ref")) {
                    found.add(each.getValue().getAsString());
                }
                references(each.getValue(), found);
            });
        }
    }

    @Test
    void itIsOfVersion31AndWhole() {
        assertThat(document.get("openapi").getAsString()).isEqualTo("3.1.0");
        assertThat(document.getAsJsonObject("info").get("version").getAsString())
                .isEqualTo(PixelLlm.VERSION);
        Set<String> references = new HashSet<>();
        references(document, references);
        Set<String> components = new HashSet<>();
        document.getAsJsonObject("components").entrySet().forEach(kind -> {
            if (!kind.getKey().equals("securitySchemes")) {
                kind.getValue()
                        .getAsJsonObject()
                        .keySet()
                        .forEach(name -> components.add("#/components/" + kind.getKey() + "/" + name));
            }
        });
        assertThat(references).isEqualTo(components);
        for (String path : document.getAsJsonObject("paths").keySet()) {
            for (Map.Entry<String, JsonElement> method : operations(path)) {
                JsonObject operation = method.getValue().getAsJsonObject();
                assertThat(operation.get("summary").getAsString()).endsWith(".");
                List<String> names = new ArrayList<>();
                for (JsonElement each : operation.getAsJsonArray("parameters")) {
                    JsonObject parameter = each.getAsJsonObject();
                    names.add(parameter.get("name").getAsString());
                    assertThat(parameter.get("in").getAsString()).isIn("query", "path");
                    assertThat(path.contains("{" + names.getLast() + "}"))
                            .isEqualTo(parameter.get("in").getAsString().equals("path"));
                }
                assertThat(names).doesNotHaveDuplicates();
            }
        }
    }

    private static Set<Map.Entry<String, JsonElement>> operations(String path) {
        return document.getAsJsonObject("paths").getAsJsonObject(path).entrySet();
    }

    /** Every path in every form, with every parameter at its usual value. */
    @Test
    void everyFormOfEveryPathIsThere() throws Exception {
        String digest = running.ask("/v1/predict", "a")
                .headers()
                .firstValue("Content-Location")
                .orElseThrow();
        for (String path : document.getAsJsonObject("paths").keySet()) {
            for (Map.Entry<String, JsonElement> method : operations(path)) {
                JsonObject operation = method.getValue().getAsJsonObject();
                JsonObject responses = operation.getAsJsonObject("responses");
                String good = responses.has("201") ? "201" : "200";
                for (String form : responses
                        .getAsJsonObject(good)
                        .getAsJsonObject("content")
                        .keySet()) {
                    if (path.contains("{digest}") && !form.equals("image/png")) {
                        continue; // an answer has one form
                    }
                    String where = path.replace("{name}", "golden")
                                    .replace("/v1/answers/{digest}", digest)
                                    .replace("/v1/streams/{id}", stream())
                            + query(operation);
                    HttpResponse<byte[]> response = method.getKey().equals("post")
                            ? running.ask(where, "This is the", "Accept", form)
                            : running.get(where, "Accept", form);
                    assertThat(response.statusCode()).as(where + " " + form).isEqualTo(Integer.parseInt(good));
                    assertThat(response.headers().firstValue("Content-Type").orElse(""))
                            .startsWith(form);
                }
            }
        }
    }

    private static String stream() throws IOException, InterruptedException {
        return running.ask("/v1/streams?tokens=2", "a")
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static String query(JsonObject operation) {
        List<String> words = new ArrayList<>();
        for (JsonElement each : operation.getAsJsonArray("parameters")) {
            JsonObject parameter = each.getAsJsonObject();
            String name = parameter.get("name").getAsString();
            if (parameter.get("in").getAsString().equals("query")) {
                JsonElement usual = parameter.getAsJsonObject("schema").get("default");
                String value = switch (name) {
                    case "model" -> "golden";
                    case "stop" -> "zzz";
                    case "tokens" -> "4";
                    default -> usual == null ? "0" : usual.getAsString();
                };
                words.add(name + "=" + value);
            }
        }
        return words.isEmpty() ? "" : "?" + String.join("&", words);
    }

    /** What a path refuses as unknown, the document does not have; what it has, no path refuses. */
    @Test
    void everyParameterIsThere() throws Exception {
        for (String path : document.getAsJsonObject("paths").keySet()) {
            if (!document.getAsJsonObject("paths").getAsJsonObject(path).has("post")) {
                continue;
            }
            Set<String> names = new HashSet<>();
            operations(path)
                    .iterator()
                    .next()
                    .getValue()
                    .getAsJsonObject()
                    .getAsJsonArray("parameters")
                    .forEach(
                            each -> names.add(each.getAsJsonObject().get("name").getAsString()));
            String refusal = new String(running.ask(path + "?x=1", "a").body(), StandardCharsets.UTF_8);
            String known = refusal.replaceAll("(?s).*query: expected (.*), found x\\..*", "$1");
            assertThat(Set.of(known.split(", "))).as(path).isEqualTo(names);
        }
    }
}
