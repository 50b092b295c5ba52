package org.pixelllm.forge.importer.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.forge.importer.LittleEndian;
import org.pixelllm.forge.importer.Reference;
import org.pixelllm.forge.importer.gguf.GgufFile;
import org.pixelllm.forge.importer.tensor.TensorInfo;
import org.pixelllm.protocol.fault.InvalidContentException;
import org.pixelllm.protocol.fault.PxiException;
import org.pixelllm.protocol.fault.TruncatedPxiException;
import org.pixelllm.protocol.fault.UnreadableFileException;

class SafetensorsFileTest {

    private static final String HEADER = """
            {"__metadata__": {"format": "pt"},
             "a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
             "b": {"dtype": "BF16", "shape": [3], "data_offsets": [16, 22]},
             "c": {"dtype": "I64", "shape": [1], "data_offsets": [22, 30]},
             "d": {"dtype": "F16", "shape": [], "data_offsets": [30, 32]}}
            """;

    private static final int ROUNDS = Boolean.getBoolean("pixelllm.long") ? 3_000 : 300;

    @TempDir
    private Path folder;

    private Path write(String name, String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        LittleEndian to = new LittleEndian().u64(json.length).bytes(json);
        to.f32(1).f32(-2).f32(3).f32(0.5f).u16(0x3F80).u16(0xC000).u16(0).u64(7).u16(0x3C00);
        int whole = 8 + json.length + data;
        Path file = folder.resolve(name);
        Files.write(file, Arrays.copyOf(to.toBytes(), whole));
        return file;
    }

    private SafetensorsFile open(String header, int data) throws IOException {
        return SafetensorsFile.open(write("spoilt.safetensors", header, data));
    }

    @Test
    void unspoiltItIsRead() throws IOException {
        try (SafetensorsFile file = open(HEADER, 32)) {
            assertThat(file.tensors().keySet()).containsExactly("a", "b", "d");
            assertThat(file.values("a")).containsExactly(1, -2, 3, 0.5f);
            assertThat(file.values("b")).containsExactly(1, -2, 0);
            assertThat(file.values("d")).containsExactly(1);
            assertThatThrownBy(() -> file.require("c", List.of(1))).hasMessageContaining("I64");
            assertThatThrownBy(() -> file.require("a", List.of(4))).hasMessageContaining("[2, 2]");
            assertThatThrownBy(() -> file.readRow("a", 2, new float[2])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"shape\": [2, 2]         | \"shape\": [2, 3]         | tensor a, data_offsets",
                "\"shape\": [2, 2]         | \"shape\": [0, 2]         | tensor a",
                "\"shape\": [2, 2]         | \"shape\": [-2, -2]       | tensor a, shape",
                "\"shape\": [2, 2]         | \"shape\": [2.0, 2]       | tensor a, shape",
                "\"shape\": [2, 2]         | \"shape\": [\"2\", 2]     | tensor a, shape",
                "\"shape\": [2, 2]         | \"shape\": [1152921504606846976, 2] | tensor a, shape",
                "\"shape\": [2, 2]         | \"shape\": [4294967296, 4294967296] | tensor a",
                "\"shape\": [2, 2]         | \"shape\": [1,1,1,1,1,1,2,1,2] | at most 8 numbers",
                "\"shape\": [2, 2]         | \"shape\": 4              | header",
                "\"shape\": [2, 2],        | ``                        | tensor a",
                "\"shape\": [2, 2]         | \"shape\": [2, 2], \"shape\": [2, 2] | second time",
                "\"shape\": [2, 2]         | \"shape\": [2, 2], \"colour\": 1 | the field colour",
                "\"dtype\": \"F32\"        | \"dtype\": \"F31\"        | F31",
                "\"dtype\": \"F32\"        | \"dtype\": 32             | tensor a, dtype",
                "\"b\":                    | \"a\":                    | second time",
                "\"b\":                    | \"__metadata__\":         | second time",
                "[0, 16]                   | [16, 0]                   | tensor a, data_offsets",
                "[0, 16]                   | [0]                       | tensor a",
                "[0, 16]                   | [0, 16, 16]               | tensor a",
                "[16, 22]                  | [15, 21]                  | overlap those of a",
                "[16, 22]                  | [0, 6]                    | overlap",
                "[30, 32]                  | [22, 24]                  | overlap",
                "\"format\": \"pt\"        | \"format\": 1             | __metadata__.format",
                "\"format\": \"pt\"        | \"format\": {}            | __metadata__.format",
                "{\"format\": \"pt\"}      | 7                         | header",
                "{\"__metadata__\"         | [\"__metadata__\"         | header",
                "{\"__metadata__\"         | {__metadata__             | header",
                "[30, 32]}}                | [30, 32]}                 | header",
                "[30, 32]}}                | [30, 32]}} {}             | header",
            })
    void refusesWhatBreaksARule(String right, String wrong, String word) throws IOException {
        assertThat(HEADER).contains(right.strip());
        String header = HEADER.replace(right.strip(), wrong.strip());
        assertThatThrownBy(() -> open(header, 32))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("spoilt.safetensors")
                .hasMessageContaining(word.strip());
    }

    @Test
    void refusesGapsAndWhatStandsBehindTheEnd() throws IOException {
        assertThatThrownBy(() -> open(HEADER, 33)).hasMessageContaining("32 bytes");
        String gap = HEADER.replace("[30, 32]", "[32, 34]");
        assertThatThrownBy(() -> open(gap, 34)).isInstanceOf(InvalidContentException.class);
        String far = HEADER.replace("[30, 32]", "[100000000000000000, 100000000000000002]");
        assertThatThrownBy(() -> open(far, 32))
                .isInstanceOf(TruncatedPxiException.class)
                .hasMessageContaining("tensor d");
    }

    @Test
    void refusesHeadersOfAbsurdLength() throws IOException {
        Path file = folder.resolve("spoilt.safetensors");
        for (long length : new long[] {1L << 60, -1, 100_000_001}) {
            Files.write(file, new LittleEndian().u64(length).string("{}").toBytes());
            assertThatThrownBy(() -> SafetensorsFile.open(file))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("header length");
        }
        Files.write(file, new LittleEndian().u64(99_999_999).string("{}").toBytes());
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(TruncatedPxiException.class);
        Files.write(file, new LittleEndian().u64(0).string("{}").toBytes());
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void aFileCutAnywhereIsTruncated() throws IOException {
        byte[] whole = Files.readAllBytes(write("whole.safetensors", HEADER, 32));
        Path file = folder.resolve("spoilt.safetensors");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(file))
                    .as("%d bytes", length)
                    .isInstanceOf(TruncatedPxiException.class);
        }
    }

    @Test
    void whateverChangesItIsReadOrRefused() throws IOException {
        byte[] whole = Files.readAllBytes(write("whole.safetensors", HEADER, 32));
        Path path = folder.resolve("spoilt.safetensors");
        Random random = new Random(6);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] changed = whole.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                changed[random.nextInt(whole.length)] = (byte) random.nextInt(256);
            }
            Files.write(path, changed);
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                file.tensors().keySet().forEach(file::values);
            } catch (PxiException e) {
                assertThat(e).hasMessageContaining("spoilt.safetensors");
            }
        }
    }

    private static String part(String name) {
        return "{\"" + name + "\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}";
    }

    private SafetensorsFile openIndex(String map) throws IOException {
        Path index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"metadata\": {\"total_size\": 8}, \"weight_map\": " + map + "}");
        return SafetensorsFile.open(index);
    }

    @Test
    void shardsAreOneModel() throws IOException {
        write("one.safetensors", part("x"), 4);
        write("two.safetensors", part("y"), 4);
        try (SafetensorsFile file = openIndex("{\"y\": \"two.safetensors\", \"x\": \"one.safetensors\"}")) {
            assertThat(file.tensors().keySet()).containsExactly("x", "y");
            assertThat(file.values("y")).containsExactly(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"x\": \"one.safetensors\", \"z\": \"two.safetensors\"} | weight_map, z",
                "{\"x\": \"one.safetensors\", \"z\": \"one.safetensors\"} | weight_map, z",
                "{\"x\": \"one.safetensors\", \"x\": \"two.safetensors\"} | each key once",
                "{\"x\": \"../one.safetensors\"} | a file beside the index",
                "{\"x\": \"/one.safetensors\"} | a file beside the index",
                "{\"x\": null} | a file beside the index",
                "{\"x\": 1} | a file beside the index",
                "{} | weight_map",
                "[] | weight_map",
            })
    void refusesAnIndexThatDoesNotFit(String map, String word) throws IOException {
        write("one.safetensors", part("x"), 4);
        write("two.safetensors", part("y"), 4);
        assertThatThrownBy(() -> openIndex(map).close())
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("index.json")
                .hasMessageContaining(word.strip());
    }

    @Test
    void namesTheShardThatIsMissing() {
        assertThatThrownBy(() -> openIndex("{\"x\": \"none.safetensors\"}").close())
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageContaining("none.safetensors");
    }

    /** Row r of q and k in Hugging Face's order is this row of the same head in llama.cpp's: pairs, not halves. */
    private static int interleaved(int row, int headSize) {
        int in = row % headSize;
        int half = headSize / 2;
        return row - in + (in < half ? 2 * in : 2 * (in - half) + 1);
    }

    @Test
    void theReferenceModelIsTheSameInBothFormats() throws PxiException {
        Map<String, String> names = Map.of(
                "self_attn.q_proj", "attn_q",
                "self_attn.k_proj", "attn_k",
                "self_attn.v_proj", "attn_v",
                "self_attn.o_proj", "attn_output",
                "mlp.gate_proj", "ffn_gate",
                "mlp.up_proj", "ffn_up",
                "mlp.down_proj", "ffn_down",
                "input_layernorm", "attn_norm",
                "post_attention_layernorm", "ffn_norm");
        try (SafetensorsFile file = SafetensorsFile.open(Reference.path("safetensors/tiny-F32/model.safetensors"));
                SafetensorsFile rounded =
                        SafetensorsFile.open(Reference.path("safetensors/tiny-BF16/model.safetensors"));
                GgufFile gguf = GgufFile.open(Reference.path("gguf/tiny-F32.gguf"))) {
            List<String> seen = new ArrayList<>();
            for (TensorInfo info : file.tensors().values()) {
                String name = info.name()
                        .replace("model.layers.", "blk.")
                        .replace("model.embed_tokens", "token_embd")
                        .replace("lm_head", "output")
                        .replace("model.norm", "output_norm");
                for (Map.Entry<String, String> each : names.entrySet()) {
                    name = name.replace(each.getKey(), each.getValue());
                }
                gguf.require(name, info.shape());
                rounded.require(info.name(), info.shape());
                boolean turned = name.contains("attn_q") || name.contains("attn_k");
                float[] row = new float[info.columns()];
                float[] twin = new float[info.columns()];
                float[] bf16 = new float[info.columns()];
                for (int r = 0; r < info.rows(); r++) {
                    file.readRow(info.name(), r, row);
                    gguf.readRow(name, turned ? interleaved(r, 32) : r, twin);
                    assertThat(twin).as("%s, row %d", name, r).isEqualTo(row);
                    rounded.readRow(info.name(), r, bf16);
                    for (int i = 0; i < row.length; i++) {
                        assertThat(bf16[i]).isBetween(row[i] - Math.abs(row[i]) / 256, row[i] + Math.abs(row[i]) / 256);
                    }
                }
                seen.add(name);
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(gguf.tensors().keySet());
        }
    }
}
