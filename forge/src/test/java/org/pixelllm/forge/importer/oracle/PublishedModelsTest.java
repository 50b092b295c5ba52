package org.pixelllm.forge.importer.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pixelllm.forge.ImportOptions;
import org.pixelllm.forge.importer.Imported;
import org.pixelllm.forge.importer.Importer;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.executor.Executor;
import org.pixelllm.pxvm.executor.Machine;
import org.pixelllm.pxvm.executor.State;
import org.pixelllm.pxvm.executor.Step;
import org.pixelllm.pxvm.executor.simd.SimdExecutor;

/**
 * Published configurations with widths and layers made small, and everything else as it is: each is imported and answers as
 * its definition says, or is refused by name. {@code docs/models.md} has the table; run with {@code -Dpixelllm.update=true}
 * to write it anew.
 */
class PublishedModelsTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));
    private static final Path MODELS = ROOT.resolve("forge/src/test/resources/published/models.json");
    private static final Path PAGE = ROOT.resolve("docs/models.md");
    private static final String START = "<!-- made from the tests: models -->\n";
    private static final String END = "<!-- end -->";

    /** Those that people ask for first. */
    private static final List<String> MUST_WORK = List.of(
            "Llama 3.2 1B",
            "Qwen 2.5 0.5B",
            "Qwen 3 0.6B",
            "Gemma 3 270M",
            "Gemma 3 1B",
            "SmolLM2 135M",
            "Phi-3 mini 4k",
            "OLMo 2 1B",
            "Mixtral 8x7B v0.1");

    private static final double TOLERANCE = 1e-5;
    private static final int TOKENS = 3;

    @TempDir
    private Path folder;

    /** All of them in the long form and where the page is written; else those that must work, and one of each other type. */
    private static final boolean ALL = Boolean.getBoolean("pixelllm.long") || Boolean.getBoolean("pixelllm.update");

    @Test
    void thePageSaysOfEachWhetherItWorks() throws IOException {
        List<String> rows = new ArrayList<>();
        Set<String> types = new HashSet<>();
        try (Executor executor = new SimdExecutor(1)) {
            for (JsonElement each :
                    JsonParser.parseString(Files.readString(MODELS)).getAsJsonArray()) {
                JsonObject entry = each.getAsJsonObject();
                String name = entry.get("model").getAsString();
                assertThat(entry.get("source").getAsString()).as(name).isNotEmpty();
                JsonObject config = entry.getAsJsonObject("config");
                String type = config.get("model_type").getAsString();
                boolean must = MUST_WORK.contains(name);
                if (ALL || must || types.add(type)) {
                    types.add(type);
                    String verdict = verdict(name, config, executor);
                    assertThat(!must || verdict.equals("works"))
                            .as("%s: %s", name, verdict)
                            .isTrue();
                    int ids = config.get("vocab_size").getAsInt();
                    rows.add("| %s | `%s` | %,d | %s |\n".formatted(name, type, ids, verdict));
                }
            }
        }
        requireOnPage(rows);
    }

    private static void requireOnPage(List<String> rows) throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf(START) + START.length();
        int end = page.indexOf(END, start);
        String head = "| model | `model_type` | ids | |\n|---|---|---|---|\n";
        String made = page.substring(0, start) + head + String.join("", rows) + page.substring(end);
        if (Boolean.getBoolean("pixelllm.update")) {
            Files.writeString(PAGE, made);
        } else if (ALL) {
            assertThat(page).isEqualTo(made);
        } else {
            assertThat(page.substring(start, end)).contains(rows);
        }
        assertThat(Files.readString(PAGE).split(" works \\|", -1)).hasSizeGreaterThan(25);
    }

    private String verdict(String name, JsonObject config, Executor executor) throws IOException {
        TinyModel model = small(name, config);
        try {
            Weights.fill(model);
        } catch (RuntimeException e) {
            // A family that the tests do not know: the importer refuses it before it looks for a tensor.
            model.tensors.clear();
        }
        model.write(folder);
        Path file = folder.resolve("model.pxi");
        try (Imported imported = Importer.openWith(folder, ImportOptions.noTokenizer())) {
            imported.model().write(file);
        } catch (PxiException e) {
            String message = e.getMessage();
            int place = Objects.requireNonNull(message).indexOf("config.json: ");
            assertThat(place).as("%s: %s", name, message).isPositive();
            String said = message.substring(place + "config.json: ".length());
            String key = said.substring(0, said.indexOf(':'));
            return "refused: `" + key + "` is "
                    + said.substring(said.lastIndexOf("found ") + 6, said.lastIndexOf(". "));
        }
        int vocabulary = config.get("vocab_size").getAsInt();
        int[] tokens = new Random(7).ints(TOKENS, 0, vocabulary).toArray();
        tokens[0] = vocabulary - 1;
        double[][] expected = Definitions.logits(model, tokens, model.context());
        try (Cartridge cartridge = Cartridge.open(file)) {
            Machine machine = executor.load(cartridge.program(), cartridge.weights());
            float[] logits = new float[vocabulary];
            try (State state = machine.newState()) {
                machine.step(Step.of(state, tokens), logits);
            }
            double[] last = expected[TOKENS - 1];
            double size = Arrays.stream(last).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < vocabulary; i++) {
                assertThat(Math.abs(logits[i] - last[i]))
                        .as("%s, token %d", name, i)
                        .isLessThanOrEqualTo(TOLERANCE * (1 + size));
            }
        }
        return "works";
    }

    /** The same with narrow and few layers. */
    private static TinyModel small(String name, JsonObject config) {
        TinyModel model = new TinyModel(name, config.toString());
        boolean gpt = model.has("n_embd");
        int heads = model.whole(gpt ? "n_head" : "num_attention_heads", 1);
        int kv = model.whole("num_key_value_heads", heads);
        model.put(gpt ? "n_embd" : "hidden_size", "32").put(gpt ? "n_head" : "num_attention_heads", "2");
        replace(model, "num_key_value_heads", kv < heads ? "1" : "2");
        replace(model, "num_kv_heads", "2");
        replace(model, "head_dim", "16");
        replace(model, "rotary_dim", "4");
        for (String key :
                List.of("intermediate_size", "n_inner", "moe_intermediate_size", "shared_expert_intermediate_size")) {
            replace(model, key, "24");
        }
        int layers = switch (model.type()) {
            case "gemma3_text" -> 6;
            case "smollm3" -> 4;
            default -> 2;
        };
        model.put(gpt ? "n_layer" : "num_hidden_layers", String.valueOf(layers));
        cut(model.config, "layer_types", layers);
        cut(model.config, "no_rope_layers", layers);
        if (model.has("rope_scaling")) {
            int pairs = (int) (16 * model.real("partial_rotary_factor", 1)) / 2;
            cut(model.config.getAsJsonObject("rope_scaling"), "short_factor", pairs);
            cut(model.config.getAsJsonObject("rope_scaling"), "long_factor", pairs);
        }
        return model;
    }

    private static void replace(TinyModel model, String key, String value) {
        if (model.has(key)) {
            model.put(key, value);
        }
    }

    private static void cut(JsonObject from, String key, int length) {
        if (from.has(key) && from.get(key).isJsonArray()) {
            JsonArray whole = from.getAsJsonArray(key);
            JsonArray some = new JsonArray();
            for (int i = 0; i < length; i++) {
                some.add(whole.get(i));
            }
            from.add(key, some);
        }
    }
}
