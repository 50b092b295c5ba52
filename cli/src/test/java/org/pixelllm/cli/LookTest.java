package org.pixelllm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pixelllm.forge.family.Decoder;
import org.pixelllm.forge.family.Embedding;
import org.pixelllm.forge.family.Feed;
import org.pixelllm.forge.family.Heads;
import org.pixelllm.forge.family.PooledMlp;
import org.pixelllm.forge.family.Rope;
import org.pixelllm.forge.family.Style;
import org.pixelllm.protocol.file.PxiFiles;
import org.pixelllm.protocol.images.ActivationsImage;
import org.pixelllm.protocol.images.AttentionImage;
import org.pixelllm.protocol.images.TokenImage;
import org.pixelllm.protocol.png.Png;
import org.pixelllm.protocol.png.PngEncoder;
import org.pixelllm.protocol.png.PngLimits;
import org.pixelllm.pxvm.cartridge.CartridgeWriter;
import org.pixelllm.pxvm.cartridge.EncodedWeight;
import org.pixelllm.pxvm.cartridge.Manifest;
import org.pixelllm.pxvm.program.Program;
import org.pixelllm.pxvm.program.Role;
import org.pixelllm.pxvm.program.Tensor;
import org.pixelllm.pxvm.tokenizer.ScoredBpeTokenizer;
import org.pixelllm.pxvm.tokenizer.Tokenizer;
import org.pixelllm.pxvm.weights.ElementType;

/** Looking, comparing and profiling as a person types it. */
class LookTest {

    private static final List<String> ORIGIN =
            List.of("Software", "Cartridge", "Program", "Executor", "Sampler", "Seed");

    @TempDir
    private Path folder;

    private Captured run(String... args) {
        return Captured.run(folder, args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static JsonObject json(Captured result) {
        assertThat(result.code()).as(result.err()).isZero();
        return JsonParser.parseString(result.out()).getAsJsonObject();
    }

    private static Png png(Path file) throws IOException {
        return PxiFiles.read(file, ActivationsImage.LIMITS, ActivationsImage.MAX_FILE_BYTES);
    }

    @Test
    void withoutOptionsEverythingIsShown() throws IOException {
        Captured result = run("look", "Once upon a time", "-o", path("o"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("L3   ", "attention_sheet.png", "lens.png", "16 tokens");
        assertThat(AttentionImage.read(folder.resolve("o/attention.pxi")).width())
                .isEqualTo(16);
        for (int layer = 0; layer < 4; layer++) {
            ActivationsImage image = ActivationsImage.read(folder.resolve("o/activations_L" + layer + ".pxi"));
            assertThat(image.rows()).isEqualTo(16);
            assertThat(image.columns()).isEqualTo(256);
        }
        try (Stream<Path> files = Files.list(folder.resolve("o"))) {
            for (Path file : files.toList()) {
                assertThat(png(file).text()).as(file.toString()).containsKeys(ORIGIN.toArray(String[]::new));
                assertThat(run("verify", file.toString()).code()).isZero();
                String inspected = run("inspect", file.toString()).out();
                assertThat(inspected).contains("Cartridge: sha256:", "Program: sha256:", "Seed: none", "Sampler: none");
                boolean view = file.toString().endsWith(".png");
                assertThat(inspected.contains("kind: a view for eyes"))
                        .as(inspected)
                        .isEqualTo(view);
            }
        }
        assertThat(run("inspect", path("o/attention.pxi")).out())
                .contains("an attention map", "positions 0 to 15", "Layer: 3", "Head: 0");
        assertThat(run("inspect", path("o/activations_L2.pxi")).out())
                .contains("values of each: 256", "Tensor: layers.2.feed_added");
    }

    @Test
    void whatIsAskedForIsShownAlone() throws IOException {
        run("look", "Once", "--attention", "1,2", "-o", path("a"));
        run("look", "Once", "--attention", "all", "-o", path("b"));
        run("look", "Once", "--lens", "-o", path("c"));
        run("encode", "Once", "-o", path("in.pxi"));
        Captured trace = run("look", "-i", path("in.pxi"), "--trace", "-o", path("d"));
        assertThat(names("a")).containsExactly("attention.png", "attention.pxi", "input_tokens.pxi");
        assertThat(names("b")).containsExactly("attention_sheet.png", "input_tokens.pxi");
        assertThat(names("c")).containsExactly("input_tokens.pxi", "lens.png");
        assertThat(names("d")).containsExactly("trace.png");
        assertThat(trace.out().lines().filter(line -> line.contains("layers.2.gated")))
                .hasSize(1);
        assertThat(trace.out()).contains("least", "greatest", "rms");
    }

    private List<String> names(String of) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(of))) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theNumbersAreThereForScripts() throws IOException {
        JsonObject look = json(run("look", "Once upon", "-o", path("o"), "--json"));
        assertThat(look.get("words").getAsJsonArray().get(4).getAsString()).isEqualTo("␣");
        JsonObject lens = look.get("lens").getAsJsonObject();
        assertThat(lens.get("tokens").getAsJsonArray()).hasSize(4);
        JsonArray last = lens.get("tokens").getAsJsonArray().get(3).getAsJsonArray();
        JsonObject answer = json(run("infer", "Once upon", "-o", path("p"), "--json"));
        assertThat(last.get(8).getAsInt()).isEqualTo(answer.get("top_token").getAsInt());
        assertThat(look.get("trace").getAsJsonArray()).hasSize(68);
        assertThat(look.get("activations").getAsJsonArray()).hasSize(4);
        assertThat(look.get("attention").getAsJsonObject().get("layer").getAsInt())
                .isEqualTo(3);
        assertThat(look.get("files").getAsJsonObject().get("attention").getAsString())
                .isEqualTo(path("o/attention.pxi"));
    }

    @Test
    void aTextLongerThanTheContextIsReadFromItsEnd() throws IOException {
        Captured result = run("look", "abc ".repeat(200), "--attention", "0,0", "--lens", "-o", path("o"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("last 256 of 800 tokens");
        AttentionImage image = AttentionImage.read(folder.resolve("o/attention.pxi"));
        assertThat(image.width()).isEqualTo(256);
        assertThat(png(folder.resolve("o/attention.pxi")).text()).containsEntry("Context", "last 256 of 800 tokens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "look",
                "look a -i b",
                "look a --attention 4,0",
                "look a --attention 0,4",
                "look a --attention 1",
                "look a --attention -1,0",
                "look a --attention every",
                "look a --attention 9999999,0",
                "profile",
                "profile a --rounds 0",
                "profile a --rounds 10001",
                "diff one.pxi",
                "diff",
                "inspect --json",
                "serve-folder"
            })
    void usageFaultsExitWith2AndWriteNothing(String line) {
        Captured result = run((line + " -o " + path("o")).split(" +"));
        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).isNotEmpty().doesNotContain("\tat ");
        assertThat(folder.resolve("o")).doesNotExist();
    }

    @Test
    void aMissingFileIsNamed() {
        assertThat(run("look", "-i", path("none.pxi")).code()).isEqualTo(66);
        assertThat(run("diff", path("none.pxi"), path("none.pxi")).code()).isEqualTo(66);
    }

    @Test
    void aHeadThatIsNotThereIsNamed() {
        assertThat(run("look", "a", "--attention", "7,0", "-o", path("o")).err())
                .contains("look: layer 7 does not exist: this model has layers 0 to 3.");
    }

    record Family(String name, Program program, List<String> ends) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Family> families() {
        Embedding embedding = new Embedding(200, 16, false);
        Heads heads = new Heads(4, 2, 4);
        Rope rope = Rope.plain(Rope.Pairing.HALVES, 4, 10_000);
        Decoder.Layer rotary = new Decoder.Layer(Decoder.Attention.full(heads, rope), new Feed.Dense(32));
        Decoder.Layer plain = new Decoder.Layer(Decoder.Attention.full(heads, null), new Feed.Dense(32));
        List<String> sums = List.of("layers.0.feed_added", "layers.1.feed_added", "layers.2.feed_added");
        PooledMlp pooled = new PooledMlp(200, 16, 24, 64, ElementType.U8);
        List<Family> families = new ArrayList<>();
        families.add(new Family("pooled", pooled.program(), List.of("h")));
        Embedding positions = new Embedding(200, 16, true, true);
        families.add(new Family("gpt2", program(Style.GPT2, positions, plain, Decoder.Biases.LAYERS), sums));
        for (Style style : List.of(Style.LLAMA, Style.GEMMA2, Style.QWEN3, Style.OLMO2, Style.GPT_J, Style.GPT_NEOX)) {
            families.add(new Family(style.name(), program(style, embedding, rotary, Decoder.Biases.NONE), sums));
        }
        return families;
    }

    private static Program program(Style style, Embedding embedding, Decoder.Layer layer, Decoder.Biases biases) {
        return Decoder.uniform(style, embedding, 64, 3, layer, biases, 1e-5f, ElementType.F32)
                .program();
    }

    /** Layers are found in every family; captions are made of whatever a vocabulary has. */
    @ParameterizedTest
    @MethodSource("families")
    void everyFamilyIsSeen(Family family) throws IOException {
        Path model = folder.resolve("model.pxi");
        write(model, family.program(), odd(200));
        new TokenImage(new Random(4).ints(40, 0, 200).toArray()).write(folder.resolve("in.pxi"), Map.of());
        JsonObject look = json(run("look", "-i", path("in.pxi"), "-c", model.toString(), "-o", path("o"), "--json"));
        assertThat(look.get("activations").getAsJsonArray().asList())
                .extracting(each -> each.getAsJsonObject().get("tensor").getAsString())
                .containsExactlyElementsOf(family.ends());
        JsonArray lens = look.get("lens").getAsJsonObject().get("tokens").getAsJsonArray();
        assertThat(lens).hasSize(family.ends().size());
        JsonObject answer = json(run("infer", "-i", path("in.pxi"), "-c", model.toString(), "-o", path("p"), "--json"));
        JsonArray last = lens.get(lens.size() - 1).getAsJsonArray();
        assertThat(last.get(39).getAsInt()).isEqualTo(answer.get("top_token").getAsInt());
        boolean attends = !family.name().equals("pooled");
        assertThat(folder.resolve("o/attention.pxi").toFile().exists()).isEqualTo(attends);
        assertThat(look.get("left_out").getAsJsonArray()).hasSize(attends ? 0 : 2);
        Captured refused = run("look", "-i", path("in.pxi"), "-c", model.toString(), "--attention", "all");
        assertThat(refused.code()).isEqualTo(attends ? 0 : 2);
    }

    /** Pieces of every odd kind: empty, control, half a character, wide ones, long ones. */
    private static Tokenizer odd(int count) {
        String[] odd = {"\n", "\u0000", "é", "中", "😀", "\u202E", "a\tb", "x".repeat(60), "\"", "\u0301"};
        String[] pieces = new String[count];
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            pieces[i] = i < 3 ? "<" + i + ">" : odd[i % odd.length] + (i < odd.length + 3 ? "" : String.valueOf(i));
            types[i] = i == 0 ? 2 : i < 3 ? 3 : 1;
        }
        return ScoredBpeTokenizer.of(pieces, new float[count], types, Tokenizer.NO_TOKEN, 1, false, false);
    }

    private static void write(Path file, Program program, Tokenizer tokenizer) throws IOException {
        Random random = new Random(7);
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            Tensor tensor = program.tensor(id);
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * 0.4f;
            }
            weights.put(id, EncodedWeight.of(tensor.type(), tensor.columns(), values));
        }
        CartridgeWriter.write(file, program, weights, tokenizer, new Manifest("toy", "none", "Apache-2.0", Map.of()));
    }

    @Test
    void aWeightThatIsNoNumberIsRefusedWhenAllElseIsWritten() throws IOException {
        Path model = folder.resolve("odd.pxi");
        Program program = families().get(2).program();
        Map<Integer, EncodedWeight> weights = new HashMap<>();
        for (int id : program.withRole(Role.WEIGHT)) {
            float[] values = new float[(int) program.tensor(id).elements()];
            Arrays.fill(values, program.tensor(id).name().equals("embed") ? 1 : Float.MAX_VALUE);
            weights.put(id, EncodedWeight.of(ElementType.F32, program.tensor(id).columns(), values));
        }
        CartridgeWriter.write(model, program, weights, odd(200), new Manifest("odd", "none", "none", Map.of()));
        new TokenImage(new int[] {5, 6}).write(folder.resolve("in.pxi"), Map.of());
        Captured result = run("look", "-i", path("in.pxi"), "-c", model.toString(), "-o", path("o"), "--json");
        assertThat(result.code()).isEqualTo(65);
        assertThat(result.err()).contains("odd.pxi: layer 2, head 0", "with the weight NaN", "attention.png");
        assertThat(names("o")).contains("attention.png", "lens.png", "trace.png", "activations_L0.pxi");
        assertThat(names("o")).doesNotContain("attention.pxi");
        JsonObject look = JsonParser.parseString(result.out()).getAsJsonObject();
        assertThat(look.get("trace").getAsJsonArray()).isNotEmpty();
    }

    @Test
    void executorsAreCompared() throws IOException {
        for (String executor : List.of("reference", "simd")) {
            run(
                    "look",
                    "Once upon a time",
                    "--activations",
                    "--attention",
                    "0,0",
                    "-x",
                    executor,
                    "-o",
                    path(executor));
        }
        String[] one = {path("reference/activations_L3.pxi"), path("simd/activations_L3.pxi")};
        JsonObject diff = json(run("diff", one[0], one[1], "-o", path("d"), "--json"));
        assertThat(diff.get("kind").getAsString()).isEqualTo("activations");
        assertThat(diff.get("compared").getAsInt()).isEqualTo(16 * 256);
        assertThat(diff.get("relative_rms").getAsDouble()).isLessThan(1e-4);
        assertThat(diff.get("text").getAsJsonObject().get("Executor").getAsString())
                .isEqualTo("reference / simd-2");
        assertThat(png(folder.resolve("d/difference.png")).text()).containsEntry("Kind", "view");
        JsonObject same = json(run("diff", one[0], one[0], "-o", path("d"), "--json"));
        assertThat(same.get("equal").getAsBoolean()).isTrue();
        assertThat(same.get("different").getAsInt()).isZero();
        Captured mixed = run("diff", one[0], path("reference/attention.pxi"), "-o", path("e"));
        assertThat(mixed.code()).isEqualTo(65);
        assertThat(mixed.err()).contains("expected activations", "found an attention map");
        assertThat(folder.resolve("e")).doesNotExist();
    }

    @Test
    void activationsThatAreNoNumbersAreCounted() throws IOException {
        new ActivationsImage(1, 3, new float[] {1, Float.NaN, 3}).write(folder.resolve("a.pxi"), Map.of());
        new ActivationsImage(2, 3, new float[] {1.5f, Float.NaN, Float.POSITIVE_INFINITY, 0, 0, 0})
                .write(folder.resolve("b.pxi"), Map.of());
        JsonObject diff = json(run("diff", path("a.pxi"), path("b.pxi"), "-o", path("d"), "--json"));
        assertThat(diff.get("equal").getAsBoolean()).isFalse();
        assertThat(diff.get("values").getAsString()).isEqualTo("3 x 1 / 3 x 2");
        assertThat(diff.get("compared").getAsInt()).isEqualTo(3);
        assertThat(diff.get("different").getAsInt()).isEqualTo(2);
        assertThat(diff.get("no_numbers").getAsInt()).isEqualTo(1);
        assertThat(diff.get("max_difference").getAsDouble()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "input_tokens,a token image,other_tokens",
        "output_token,a prediction,other_tokens",
        "logits_heatmap,a heat map,max_difference",
        "output_sequence,an output sequence,other_tokens",
        "prompt_scores,prompt scores,other_tokens",
        "output_beams,output beams,other_tokens"
    })
    void everyKindIsCompared(String name, String kind, String key) {
        int number = 0;
        for (String text : List.of("Once upon", "The old dog")) {
            String to = path("o" + number++);
            run("infer", text, "--scores", "-o", to);
            run("generate", text, "-n", "4", "--beams", "2", "-o", to);
        }
        String[] files = {path("o0/" + name + ".pxi"), path("o1/" + name + ".pxi")};
        JsonObject diff = json(run("diff", files[0], files[1], "-o", path("d"), "--json"));
        assertThat(diff.get("kind").getAsString()).isEqualTo(kind);
        assertThat(diff.get("equal").getAsBoolean()).isFalse();
        assertThat(diff.get(key).getAsDouble()).isPositive();
        assertThat(json(run("diff", files[0], files[0], "-o", path("d"), "--json"))
                        .get("equal")
                        .getAsBoolean())
                .isTrue();
    }

    @Test
    void modelsProgramsAndPicturesAreComparedToo() throws IOException {
        String shipped = Captured.ROOT.resolve("cartridges/default.pxi").toString();
        run("convert", shipped, "--weights", "q4", "-o", path("q4.pxi"));
        JsonObject models = json(run("diff", shipped, path("q4.pxi"), "-o", path("d"), "--json"));
        assertThat(models.get("same_program").getAsBoolean()).isFalse();
        assertThat(models.get("weights_compared").getAsInt()).isEqualTo(38);
        assertThat(models.get("weights_different").getAsInt()).isEqualTo(29);
        assertThat(models.get("relative_rms").getAsDouble()).isBetween(0.01, 0.2);
        assertThat(folder.resolve("d/difference.png")).exists();
        for (String name : List.of("a", "b")) {
            Files.writeString(
                    folder.resolve(name + ".pxasm"),
                    run("disasm", name.equals("a") ? shipped : path("q4.pxi")).out());
            run("asm", path(name + ".pxasm"), "-o", path(name + ".pxi"));
            run("view", path(name + ".pxi"), "-o", path(name + ".png"), "--scale", "2");
        }
        JsonObject programs = json(run("diff", path("a.pxi"), path("b.pxi"), "-o", path("d"), "--json"));
        assertThat(programs.get("instructions").getAsString()).isEqualTo("68 / 68");
        assertThat(programs.get("different").getAsInt()).isEqualTo(29); // a type in each weight's row
        assertThat(json(run("diff", path("a.png"), path("b.png"), "-o", path("d"), "--json"))
                        .get("different")
                        .getAsInt())
                .isEqualTo(4 * 29);
    }

    @Test
    void anEnlargedViewKeepsItsImagesOrigin() throws IOException {
        run("look", "Once", "--attention", "0,0", "-o", path("o"));
        assertThat(run("view", path("o/attention.pxi"), "-o", path("big.png")).code())
                .isZero();
        Map<String, String> text = png(folder.resolve("big.png")).text();
        assertThat(text).containsKeys(ORIGIN.toArray(String[]::new)).containsEntry("Kind", "view");
        assertThat(text).containsEntry("Shows", "attention, each pixel 12 x 12");
        Files.write(
                folder.resolve("bare.pxi"),
                PngEncoder.encode(png(folder.resolve("o/attention.pxi")).pixels(), Map.of()));
        assertThat(run("verify", path("bare.pxi"), "--as", "attention").code()).isZero();
        assertThat(run("verify", path("bare.pxi"), "--as", "activations").code())
                .isEqualTo(65);
    }

    /** Drawn or not, every image says so. */
    @Test
    void everyImageOfAModelSaysWhereItIsFrom() throws IOException {
        run("infer", "Once", "--scores", "-o", path("o"));
        run("generate", "Once", "-n", "3", "--seed", "9", "-o", path("p"));
        try (Stream<Path> inferred = Files.list(folder.resolve("o"));
                Stream<Path> generated = Files.list(folder.resolve("p"))) {
            for (Path file : Stream.concat(inferred, generated).toList()) {
                Map<String, String> text =
                        PxiFiles.read(file, PngLimits.PROTOCOL, 1 << 20).text();
                assertThat(text).as(file.toString()).containsKeys(ORIGIN.toArray(String[]::new));
                boolean drawn = file.endsWith("output_sequence.pxi");
                assertThat(text).containsEntry("Seed", drawn ? "9" : "none");
            }
        }
    }

    @Test
    void aProfileIsPaintedAndListed() throws IOException {
        Captured result = run("profile", "Once upon", "--rounds", "2", "-o", path("o"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("matmul", "layers.3.", "µs", "profile.png", "median of 2 rounds");
        assertThat(png(folder.resolve("o/profile.png")).text()).containsEntry("Kind", "view");
        JsonObject profile =
                json(run("profile", "Once", "--rounds", "1", "--single", "-x", "simd", "-o", path("o"), "--json"));
        assertThat(profile.get("instructions").getAsJsonArray()).hasSize(68);
        assertThat(profile.get("single").getAsBoolean()).isTrue();
        assertThat(profile.get("nanoseconds").getAsDouble()).isPositive();
    }
}
