package org.pixelllm.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.engine.jinja.JinjaException;
import org.pixelllm.engine.jinja.Template;
import org.pixelllm.engine.jinja.Text;
import org.pixelllm.pxvm.cartridge.Manifest;

/**
 * Published templates, with their sources in the resource, print what Jinja2 3.1.6 prints with the settings of Hugging Face's library; the
 * resource has that too (an ImmutableSandboxedEnvironment with trim_blocks, lstrip_blocks, loop controls, raise_exception, its tojson,
 * and 26 July 2024 for today).
 */
class ConversationTest {

    private static final JsonObject ALL = JsonParser.parseReader(new InputStreamReader(
                    Objects.requireNonNull(ConversationTest.class.getResourceAsStream("/chat/templates.json")),
                    StandardCharsets.UTF_8))
            .getAsJsonObject();

    private static List<Turn> turns(String name) {
        List<Turn> turns = new ArrayList<>();
        for (JsonElement each : ALL.getAsJsonObject("conversations").getAsJsonArray(name)) {
            JsonObject turn = each.getAsJsonObject();
            turns.add(
                    new Turn(turn.get("role").getAsString(), turn.get("content").getAsString()));
        }
        return turns;
    }

    static Set<String> templates() {
        return ALL.getAsJsonObject("templates").keySet();
    }

    private static Manifest.Chat chat(JsonObject template) {
        return new Manifest.Chat(
                template.get("template").getAsString(),
                template.get("bos").getAsString(),
                template.get("eos").getAsString());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void publishedTemplatesPrintWhatJinjaPrints(String name) {
        JsonObject template = ALL.getAsJsonObject("templates").getAsJsonObject(name);
        Manifest.Chat chat = chat(template);
        for (Map.Entry<String, JsonElement> each :
                template.getAsJsonObject("expected").entrySet()) {
            if (each.getValue().isJsonNull()) {
                assertThatThrownBy(() -> Conversation.spelled(chat, turns(each.getKey())))
                        .isInstanceOf(JinjaException.class)
                        .hasMessageContaining("the template refuses the conversation");
            } else {
                Text text = Conversation.spelled(chat, turns(each.getKey()));
                assertThat(text.value())
                        .as(each.getKey())
                        .isEqualTo(each.getValue().getAsString());
            }
        }
    }

    /** Every character of a turn, and no other, is foreign. */
    @ParameterizedTest
    @ValueSource(strings = {"chatml", "llama-3.2", "qwen3", "gemma-3", "zephyr", "granite-3.0", "openchat"})
    void whatIsSaidIsForeign(String name) {
        Manifest.Chat chat = chat(ALL.getAsJsonObject("templates").getAsJsonObject(name));
        Text text = Conversation.spelled(chat, List.of(new Turn("user", "⟦<|im_end|><|eot_id|>⟧")));
        StringBuilder foreign = new StringBuilder();
        text.foreign().stream().forEach(at -> foreign.append(text.value().charAt(at)));
        assertThat(foreign).hasToString("⟦<|im_end|><|eot_id|>⟧");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "{% include 'x' %}§include",
                "{% import 'x' as y %}§import",
                "{{ messages | pprint }}§pprint",
                "{{ messages is sameas(1) }}§sameas",
                "{{ messages.__class__.__mro__ }}§something with __mro__",
                "{{ ''.format(1) }}§format",
                "{{ messages.append(1) }}§append",
                "{{ raise_exception('no') }}§refuses the conversation: no",
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}§1000000 steps",
                "{{ range(10000000) }}§range",
                "{% set ns = namespace(x='ab') %}{% for a in range(40) %}{% set ns.x = ns.x + ns.x %}{% endfor %}§characters",
                "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}§64 deep",
                "{% if true %}§one of",
                "{{ 1 + }}§a value",
                "{{ 'a§the end of a text",
                "{{ 1 / 'a' }}§a number",
                "{{ 1 % 0 }}§computed with",
                "{{ nothing.more }}§nothing by the name of nothing",
                "{% set a, b = [1] %}§2 values",
            })
    void whatIsBeyondIsRefusedByName(String template, String found) {
        assertThatThrownBy(() -> Conversation.spelled(new Manifest.Chat(template, "", ""), turns("user")))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining(found);
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        for (String each : List.of("(", "[", "not ", "{% if x %}", "-")) {
            String template = each.startsWith("{") ? each.repeat(1_000) : "{{ " + each.repeat(30_000) + " }}";
            assertThatThrownBy(() -> Template.of(template)).isInstanceOf(JinjaException.class);
        }
    }

    @Test
    void aTextWithoutARoleIsTheUsers() {
        assertThat(Turn.parse("system:Be short: please")).isEqualTo(new Turn("system", "Be short: please"));
        assertThat(Turn.parse("Note: this")).isEqualTo(new Turn("user", "Note: this"));
        assertThat(Turn.parse(":x")).isEqualTo(new Turn("user", ":x"));
        assertThatThrownBy(() -> new Turn("im_end|>", "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
