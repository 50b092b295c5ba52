package org.pixelllm.forge.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pixelllm.protocol.fault.PxiException;

/** Models that are not quite of a family: each gives one error that names file, place, expected and found. */
class FamilyAttacksTest {

    @TempDir
    private Path folder;

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Replaces bytes, told as Latin-1 text, wherever they stand in a file. */
    private static void replace(Path file, String right, String wrong) throws IOException {
        String content = latin(Files.readAllBytes(file));
        assertThat(content).contains(right);
        Files.write(file, content.replace(right, wrong).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertRefused(Path model, String file, String place, String expected, String found) {
        assertThatThrownBy(() -> Importer.open(model, null).close())
                .isInstanceOf(PxiException.class)
                .hasMessageContaining(file + ": ")
                .hasMessageContaining(place)
                .hasMessageContaining("expected " + expected)
                .hasMessageContaining("found " + found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "llama  | \"llama\"               | \"bloom\"      | model_type | one of [falcon, gemma, gemma2, gemma3_text, | \"bloom\"",
                "llama  | \"model_type\"          | \"type_model\" | model_type | one of [falcon, | no such key",
                "llama  | \"model_type\": \"llama\" | \"model_type\": 7 | model_type | a text | 7",
                "llama  | \"llama3\"              | \"ntk\"        | rope_scaling.rope_type | default, linear, llama3, yarn or longrope | \"ntk\"",
                "qwen3  | \"linear\"              | \"dynamic\"    | rope_scaling.type | default, linear, llama3, yarn or longrope | \"dynamic\"",
                "qwen3  | {                       | {\"partial_rotary_factor\": 0.1, | partial_rotary_factor | an even share of a head of 8 | 0.1",
                "qwen2  | {                       | {\"attention_bias\": true, | attention_bias | false | true",
                "qwen2  | {                       | {\"attention_chunk_size\": 8, | attention_chunk_size | only keys that this family follows | 8",
                "qwen2  | {                       | {\"quantization_config\": {\"bits\": 4}, | quantization_config | weights of F32, F16 or BF16 | {\"bits\":4}",
                "llama  | \"low_freq_factor\"     | \"yarn\": 1, \"low_freq_factor\" | rope_scaling.yarn | only keys that this family follows | 1",
                "qwen2  | {                       | {\"layer_types\": [\"full_attention\", \"sliding_attention\"], | layer_types | 2 layers, layer 1 of full_attention | [\"full",
                "qwen2  | {                       | {\"hidden_act\": \"mish\", | hidden_act | one of [gelu, | \"mish\"",
                "gemma  | \"gelu\"                | \"silu\"       | hidden_act | one of [gelu_pytorch_tanh, gelu] | \"silu\"",
                "gemma2 | \"final_logit_softcapping\": 3.0 | \"final_logit_softcapping\": \"3\" | final_logit_softcapping | a finite number | \"3\"",
                "gemma2 | \"final_logit_softcapping\": 3.0 | \"final_logit_softcapping\": -3.0 | cap | a value from 0.001 | -3",
                "gemma2 | \"query_pre_attn_scalar\": 8 | \"query_pre_attn_scalar\": -8 | scale | a value from | NaN",
                "gpt2   | \"gelu_new\"            | \"tanh\"       | activation_function | one of [gelu, | \"tanh\"",
                "gpt2   | \"n_head\": 3           | \"n_head\": 2  | n_head | a divisor of 33 | 2",
                "gpt2   | {                       | {\"scale_attn_by_inverse_layer_idx\": true, | scale_attn_by_inverse_layer_idx | false | true",
                "llama  | \"hidden_size\": 32     | \"hidden_size\": \"32\" | hidden_size | a whole number from 1 to | \"32\"",
                "llama  | \"hidden_size\": 32     | \"hidden_size\": 1e300 | hidden_size | a whole number from 1 to | 1e300",
                "llama  | \"hidden_size\": 32     | \"hidden_size\": [32] | hidden_size | a whole number from 1 to | [32]",
                "llama  | \"hidden_size\": 32     | \"hidden_size\": 33 | num_attention_heads | a divisor of 33 | 4",
                "llama  | \"num_key_value_heads\": 2 | \"num_key_value_heads\": 3 | (attention) | heads that divide q | q of 32",
                "llama  | \"rms_norm_eps\": 1e-06 | \"rms_norm_eps\": 7 | epsilon | a value from 0 | 7",
                "llama  | \"rms_norm_eps\": 1e-06 | \"eps\": 1     | rms_norm_eps | a finite number | no such key",
                "llama  | \"tie_word_embeddings\": false | \"tie_word_embeddings\": 1 | tie_word_embeddings | true or false | 1",
                "llama  | \"rope_scaling\": {  | \"rope_scaling\": { \"rope_theta\": 500000.0, | rope_scaling.rope_theta | 10000.0, as rope_theta outside says | 500000.0",
                "llama  | \"rope_scaling\": {  | \"rope_parameters\": {\"rope_type\": \"default\"}, \"rope_scaling\": { | rope_scaling | the same as rope_parameters, or one of the two | {",
                "llama  | \"rope_theta\": 10000.0 | \"rope_parameters\": [] | rope_parameters | an object | []",
            })
    void refusesASettingThatIsNotTheFamilys(
            String family, String right, String wrong, String place, String expected, String found) throws IOException {
        Path config = FamilyFiles.copy(family, folder).resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(right);
        int at = text.indexOf(right);
        Files.writeString(config, text.substring(0, at) + wrong + text.substring(at + right.length()));
        assertRefused(folder, config.toString(), place, expected, found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "qwen2 | self_attn.k_proj.bias | self_attn.k_proj.bi_s | tensor model.layers.0.self_attn.k_proj.bias | a tensor of shape [18] | none of this name",
                "qwen3 | self_attn.q_norm      | self_attn.q_n0rm      | tensor model.layers.0.self_attn.q_norm.weight | a tensor of shape [8] | none of this name",
                "llama | lm_head               | lm_h_ad               | tensor lm_head.weight | a tensor of shape [64, 32] | none of this name",
                "gpt2  | [33, 99]              | [99, 33]              | tensor h.0.attn.c_attn.weight | a tensor of shape [33, 99] | shape [99, 33]",
                "gpt2  | h.1.mlp.c_fc.bias     | h.1.mlp.c_fc.bi_s     | tensor h.1.mlp.c_fc.bias | a tensor of shape [20] | none of this name",
            })
    void refusesASafetensorsFileWithoutATensorThatTheFamilyHas(
            String family, String right, String wrong, String place, String expected, String found) throws IOException {
        Path file = FamilyFiles.copy(family, folder).resolve("model.safetensors");
        replace(file, right, wrong);
        assertRefused(file, file.toString(), place, expected, found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen2 | qwen2       | bloom       | metadata general.architecture | one of [falcon, gemma, gemma2, gemma3, | bloom",
                "qwen2 | attn_k.bias | attn_k.bi_s | tensor blk.0.attn_k.bias | a tensor of shape [18] | none of this name",
                "qwen2 | token_embd  | token_emb_  | tensor token_embd.weight | such a tensor | none of this name",
                "qwen3 | qwen3       | llama       | tensor blk.0.attn_q_norm.weight | only tensors of the family llama | a tensor that this family does not use",
                "qwen3 | qwen3       | qwen2       | tensor blk.0.attn_q.bias | a tensor of shape [48] | none of this name",
                "gemma2 | post_ffw_norm | post_ffw_n0rm | tensor blk.0.post_ffw_norm.weight | a tensor of shape [32] | none of this name",
                "qwen3 | linear      | l1near      | metadata qwen3.rope.scaling.type | none, linear, yarn or longrope | l1near",
                "llama | rope_freqs  | rope_fr_qs  | tensor rope_fr_qs.weight | only tensors of the family llama | a tensor that this family does not use",
                "gpt2  | layer_norm_epsilon | layer_norm_eps1lon | metadata gpt2.attention.layer_norm_epsilon | a finite number | no such key",
            })
    void refusesAGgufFileThatIsNotTheFamilys(
            String family, String right, String wrong, String place, String expected, String found) throws IOException {
        Path file = FamilyFiles.copy(family, folder).resolve("model.gguf");
        replace(file, right, wrong);
        assertRefused(file, file.toString(), place, expected, found);
    }

    /** A whole number as GGUF keeps it after its key. */
    private static String number(String key, int value) {
        return key + latin(new LittleEndian().u32(4).u32(value).toBytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemma | gemma.attention.value_length | 16 | 8 | metadata gemma.attention.value_length | 16, the whole head | the whole number 8",
                "qwen2 | qwen2.attention.head_count | 6 | 5 | metadata qwen2.attention.head_count | a divisor of 36 | the whole number 5",
                "qwen2 | qwen2.attention.head_count_kv | 3 | 4 | (attention) | heads that divide q | q of 36",
            })
    void refusesANumberThatIsNotTheFamilys(
            String family, String key, int right, int wrong, String place, String expected, String found)
            throws IOException {
        Path file = FamilyFiles.copy(family, folder).resolve("model.gguf");
        replace(file, number(key, right), number(key, wrong));
        assertRefused(file, file.toString(), place, expected, found);
    }

    @Test
    void refusesAFusedTensorOfAnotherShape() throws IOException {
        Path file = FamilyFiles.copy("gpt2", folder).resolve("model.gguf");
        String name = "blk.1.attn_qkv.weight";
        replace(
                file,
                name + latin(new LittleEndian().u32(2).u64(33).u64(99).toBytes()),
                name + latin(new LittleEndian().u32(2).u64(99).u64(33).toBytes()));
        assertRefused(file, file.toString(), "tensor " + name, "a tensor of shape [99, 33]", "shape [33, 99]");
    }

    /** One id more than the protocol's images are for. */
    @Test
    void saysThatAVocabularyIsBeyondTheProtocolsIds() throws IOException {
        Path config = FamilyFiles.copy("qwen2", folder).resolve("config.json");
        replace(config, "\"vocab_size\": 64", "\"vocab_size\": 524289");
        assertRefused(folder, config.toString(), "vocab_size", "at most 524288 token ids", "524289");
        LittleEndian gguf = new LittleEndian();
        gguf.u32(0x46554747).u32(3).u64(1).u64(7);
        gguf.string("general.architecture").u32(8).string("qwen2");
        gguf.string("qwen2.embedding_length").u32(4).u32(2);
        gguf.string("qwen2.feed_forward_length").u32(4).u32(2);
        gguf.string("qwen2.block_count").u32(4).u32(1);
        gguf.string("qwen2.attention.head_count").u32(4).u32(1);
        gguf.string("qwen2.context_length").u32(4).u32(8);
        gguf.string("qwen2.attention.layer_norm_rms_epsilon").u32(6).f32(1e-6f);
        gguf.string("token_embd.weight").u32(2).u64(2).u64(524_289).u32(0).u64(0);
        gguf.zerosTo(32).bytes(new byte[524_289 * 2 * 4]);
        Path file = folder.resolve("large.gguf");
        Files.write(file, gguf.toBytes());
        assertRefused(file, file.toString(), "tensor token_embd.weight", "at most 524288 token ids", "524289");
    }
}
