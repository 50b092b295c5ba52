package org.pixelllm.forge.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.pxvm.cartridge.Cartridge;
import org.pixelllm.pxvm.program.Role;

/** What configurations and files of different years say differently and mean alike. */
class FamilySpellingsTest {

    @TempDir
    private Path folder;

    private Cartridge cartridge(Path model, String name) throws IOException {
        Path file = folder.resolve(name);
        try (Imported imported = Importer.open(model, null)) {
            imported.model().write(file);
        }
        return Cartridge.open(file);
    }

    private void assertSame(String family) throws IOException {
        try (Cartridge usual = cartridge(FamilyFiles.folder(family), "usual.pxi");
                Cartridge other = cartridge(folder, "other.pxi")) {
            assertThat(other.program()).isEqualTo(usual.program());
            for (int id : usual.program().withRole(Role.WEIGHT)) {
                assertThat(other.weights().get(id).decode())
                        .isEqualTo(usual.weights().get(id).decode());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "llama  | \"rope_type\"        | \"type\"",
                "llama  | \"rope_scaling\": {  | \"rope_parameters\": { \"rope_theta\": 10000.0,",
                "llama  | \"rope_scaling\": {  | \"rope_scaling\": { \"rope_theta\": 10000.0,",
                "qwen3  | \"rope_scaling\": {  | \"rope_parameters\": { \"rope_theta\": 1000,",
                "qwen2  | {                    | {\"layer_types\": [\"full_attention\", \"full_attention\"],",
                "qwen2  | \"sliding_window\": 4 | \"sliding_window\": null",
                "qwen2  | {                    | {\"eos_token_id\": [3, 4], \"rope_scaling\": null,",
                "gemma  | \"gelu\"             | \"gelu_pytorch_tanh\"",
                "gemma2 | {                    | {\"layer_types\": [\"sliding_attention\", \"full_attention\"],",
                "gpt2   | gelu_new             | gelu_pytorch_tanh",
            })
    void meansTheSame(String family, String usual, String other) throws IOException {
        Path config = FamilyFiles.copy(family, folder).resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(usual);
        int at = text.indexOf(usual);
        Files.writeString(config, text.substring(0, at) + other + text.substring(at + usual.length()));
        assertSame(family);
    }

    /** As GPT2LMHeadModel saves it: names with a prefix, the masks beside the weights, and the output, which is tied. */
    @Test
    void gpt2HasItsWeightsWithAPrefixToo() throws IOException {
        Path file = FamilyFiles.copy("gpt2", folder).resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String json = new String(bytes, 8, length, StandardCharsets.UTF_8);
        byte[] data = Arrays.copyOfRange(bytes, 8 + length, bytes.length);
        JsonObject header = new JsonObject();
        JsonParser.parseString(json)
                .getAsJsonObject()
                .asMap()
                .forEach((name, info) -> header.add("transformer." + name, info));
        int at = data.length;
        for (String mask : List.of("transformer.h.0.attn.bias", "transformer.h.0.attn.masked_bias", "lm_head.weight")) {
            header.add(mask, number(at));
            at += 4;
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        LittleEndian to = new LittleEndian().u64(text.length).bytes(text).bytes(data);
        Files.write(file, to.f32(0).f32(0).f32(0).toBytes());
        assertSame("gpt2");
    }

    private static JsonObject number(int at) {
        JsonArray offsets = new JsonArray();
        offsets.add(at);
        offsets.add(at + 4);
        JsonObject info = new JsonObject();
        info.addProperty("dtype", "F32");
        info.add("shape", new JsonArray());
        info.add("data_offsets", offsets);
        return info;
    }
}
