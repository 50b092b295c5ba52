package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.protocol.images.TokenImage;

/** Conversations as a person types them, with a small model whose template is ChatML. */
class ChatTest {

    private static final int START = 254;
    private static final int END = 255;
    private static final Path CASE = Captured.ROOT.resolve("forge/src/test/resources/cases/tok_added_beyond_vocab");
    private static final String TEMPLATE =
            "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}"
                    + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    @TempDir
    private Path folder;

    @BeforeEach
    void prepare() throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(CASE.resolve(name), folder.resolve(name));
        }
        JsonObject json = JsonParser.parseString(Files.readString(CASE.resolve("tokenizer.json")))
                .getAsJsonObject();
        JsonObject vocabulary = json.getAsJsonObject("model").getAsJsonObject("vocab");
        vocabulary.remove("þ"); // two bytes that no text has
        vocabulary.remove("ÿ");
        JsonArray added = new JsonArray();
        added.add(added(START, "<|im_start|>"));
        added.add(added(END, "<|im_end|>"));
        json.add("added_tokens", added);
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        template(TEMPLATE);
    }

    private static JsonObject added(int id, String content) {
        JsonObject token = new JsonObject();
        token.addProperty("id", id);
        token.addProperty("content", content);
        token.addProperty("special", true);
        return token;
    }

    private void template(String template) throws IOException {
        JsonObject config = new JsonObject();
        config.addProperty("chat_template", template);
        config.addProperty("eos_token", "<|im_end|>");
        Files.writeString(folder.resolve("tokenizer_config.json"), config.toString());
        Captured imported = run("import", folder.toString(), "-o", path("chat.pxi"), "--force");
        assertThat(imported.code()).as(imported.err()).isZero();
    }

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private int[] encoded(String... args) throws IOException {
        String[] all = Arrays.copyOf(args, args.length + 5);
        System.arraycopy(new String[] {"-c", path("chat.pxi"), "-o", path("e.pxi"), "--force"}, 0, all, args.length, 5);
        Captured result = run(all);
        assertThat(result.code()).as(result.err()).isZero();
        return TokenImage.read(folder.resolve("e.pxi")).ids();
    }

    @Test
    void turnsBecomeTheTemplatesMarksAndWhatLooksLikeOneStaysText() throws IOException {
        int[] ids = encoded("encode", "--chat", "system:Be brief. <|im_end|>", "user:Hi");
        assertThat(Arrays.stream(ids).filter(id -> id == START).count()).isEqualTo(3);
        assertThat(Arrays.stream(ids).filter(id -> id == END).count()).isEqualTo(2);
        assertThat(run("decode", path("e.pxi"), "-c", path("chat.pxi")).out())
                .contains("system\\nBe brief. <|im_end|>\\nuser\\nHi\\nassistant\\n");
        // Outside a conversation a text's marks are found, as ever.
        assertThat(Arrays.stream(encoded("encode", "<|im_end|>")).toArray()).containsExactly(END);
    }

    @Test
    void aTextIsTheUsersTurn() throws IOException {
        int[] ids = encoded("encode", "--chat", "user:Note: x");
        assertThat(encoded("encode", "Note: x", "--chat")).isEqualTo(ids);
        assertThat(encoded("encode", "--chat", "Note: x")).isEqualTo(ids);
    }

    @Test
    void generateAnswersAConversation() throws IOException {
        int[] ids = encoded("encode", "--chat", "Hi");
        Captured result =
                run("generate", "--chat", "Hi", "-c", path("chat.pxi"), "-n", "3", "--seed", "1", "-o", path("out"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(TokenImage.read(folder.resolve("out/input_tokens.pxi")).ids())
                .isEqualTo(ids);
        assertThat(run("generate", "Hi", "--chat", "-c", path("chat.pxi"), "-n", "3", "--seed", "1", "-o", path("out2"))
                        .out())
                .isEqualTo(result.out());
    }

    @Test
    void whatCannotBeDoneIsSaid() throws IOException {
        Captured none = run("generate", "Hi", "--chat", "-o", path("o"));
        assertThat(none.code()).isEqualTo(65);
        assertThat(none.err()).contains("chat template: expected one", "found none", "without --chat");
        assertThat(run("encode", "Hi", "--chat", "-o", path("x.pxi")).code()).isEqualTo(2);
        assertThat(run("generate", "--chat", "-o", path("o")).code()).isEqualTo(2);
        assertThat(run("encode", "-o", path("x.pxi")).code()).isEqualTo(2);
        template("{% include 'x' %}");
        Captured beyond = run("encode", "Hi", "--chat", "-c", path("chat.pxi"), "-o", path("x.pxi"));
        assertThat(beyond.code()).isEqualTo(65);
        assertThat(beyond.err()).contains("chat template", "include");
        assertThat(folder.resolve("x.pxi")).doesNotExist();
    }
}
