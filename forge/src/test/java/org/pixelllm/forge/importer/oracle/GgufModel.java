package org.pixelllm.forge.importer.oracle;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pixelllm.forge.importer.LittleEndian;
import org.pixelllm.forge.importer.oracle.TinyModel.Values;

/**
 * Writes a model as llama.cpp's {@code convert_hf_to_gguf.py} does: its keys, its names (gguf-py, {@code tensor_mapping.py}) and
 * its reordering of rows.
 */
final class GgufModel {

    private static final Map<String, String> ARCHITECTURES = Map.ofEntries(
            Map.entry("mistral", "llama"),
            Map.entry("mixtral", "llama"),
            Map.entry("qwen2_moe", "qwen2moe"),
            Map.entry("qwen3_moe", "qwen3moe"),
            Map.entry("gemma3_text", "gemma3"),
            Map.entry("gpt_neox", "gptneox"),
            Map.entry("phi", "phi2"));

    /** A module of transformers, and what the converter calls it; the first that fits is taken. */
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("model.embed_tokens|gpt_neox.embed_in|transformer.wte|transformer.word_embeddings", "token_embd");
        NAMES.put("transformer.wpe", "position_embd");
        NAMES.put("model.norm|gpt_neox.final_layer_norm|transformer.ln_f|model.final_layernorm", "output_norm");
        NAMES.put("lm_head|embed_out", "output");
        NAMES.put("self_attn.q_proj|attn.q_proj", "attn_q");
        NAMES.put("self_attn.k_proj|attn.k_proj", "attn_k");
        NAMES.put("self_attn.v_proj|attn.v_proj", "attn_v");
        NAMES.put(
                "self_attn.o_proj|self_attn.dense|attention.dense|self_attention.dense|attn.out_proj|attn.c_proj",
                "attn_output");
        NAMES.put(
                "self_attn.qkv_proj|attention.query_key_value|self_attention.query_key_value|attn.c_attn", "attn_qkv");
        NAMES.put("self_attn.q_norm", "attn_q_norm");
        NAMES.put("self_attn.k_norm", "attn_k_norm");
        NAMES.put("input_layernorm|ln_1|ln_mlp", "attn_norm");
        NAMES.put("ln_attn", "attn_norm_2");
        NAMES.put("pre_feedforward_layernorm|ln_2", "ffn_norm");
        NAMES.put("post_feedforward_layernorm", "post_ffw_norm");
        NAMES.put("mlp.gate_proj", "ffn_gate");
        NAMES.put("mlp.up_proj|mlp.gate_up_proj|mlp.c_fc|mlp.dense_h_to_4h|mlp.fc_in|mlp.fc1", "ffn_up");
        NAMES.put("mlp.down_proj|mlp.c_proj|mlp.dense_4h_to_h|mlp.fc_out|mlp.fc2", "ffn_down");
        NAMES.put("mlp.gate|block_sparse_moe.gate", "ffn_gate_inp");
        NAMES.put("mlp.shared_expert_gate", "ffn_gate_inp_shexp");
        NAMES.put("mlp.shared_expert.gate_proj", "ffn_gate_shexp");
        NAMES.put("mlp.shared_expert.up_proj", "ffn_up_shexp");
        NAMES.put("mlp.shared_expert.down_proj", "ffn_down_shexp");
    }

    private final TinyModel m;
    private final String architecture;
    private final LittleEndian keys = new LittleEndian();
    private final Map<String, Values> tensors = new LinkedHashMap<>();
    private int count;

    private GgufModel(TinyModel model) {
        this.m = model;
        this.architecture = ARCHITECTURES.getOrDefault(model.type(), model.type());
    }

    /** Writes the file. */
    static void write(TinyModel model, Path file) throws IOException {
        GgufModel gguf = new GgufModel(model);
        gguf.keys();
        gguf.tensors();
        Files.write(file, bytes(gguf.keys, gguf.count, gguf.tensors));
    }

    /** Writes two files as {@code gguf-split} does, the tensors divided between them; gives the first. */
    static Path writeSplit(TinyModel model, Path folder) throws IOException {
        GgufModel gguf = new GgufModel(model);
        gguf.keys();
        gguf.tensors();
        Map<String, Values> first = new LinkedHashMap<>();
        Map<String, Values> second = new LinkedHashMap<>();
        gguf.tensors.forEach((name, values) -> (first.size() < 5 ? first : second).put(name, values));
        splitKeys(gguf.keys, 0, gguf.tensors.size());
        Files.write(folder.resolve("m-00001-of-00002.gguf"), bytes(gguf.keys, gguf.count + 3, first));
        LittleEndian keys = new LittleEndian();
        splitKeys(keys, 1, gguf.tensors.size());
        Files.write(folder.resolve("m-00002-of-00002.gguf"), bytes(keys, 3, second));
        return folder.resolve("m-00001-of-00002.gguf");
    }

    private static void splitKeys(LittleEndian keys, int number, int tensors) {
        keys.string("split.no").u32(2).u16(number);
        keys.string("split.count").u32(2).u16(2);
        keys.string("split.tensors.count").u32(5).u32(tensors);
    }

    private void text(String key, String value) {
        keys.string(key).u32(8).string(value);
        count++;
    }

    private void whole(String key, int value) {
        keys.string(architecture + "." + key).u32(4).u32(value);
        count++;
    }

    private void real(String key, double value) {
        keys.string(architecture + "." + key).u32(6).f32((float) value);
        count++;
    }

    private int either(String first, String second) {
        return m.whole(first, m.whole(second, 0));
    }

    private int dim() {
        return either("hidden_size", "n_embd");
    }

    private int heads() {
        return either("num_attention_heads", "n_head");
    }

    private int head() {
        return m.whole("head_dim", dim() / heads());
    }

    private int kvHeads() {
        if (m.type().equals("falcon")) {
            return m.flag("new_decoder_architecture", false)
                    ? m.whole("num_kv_heads")
                    : m.flag("multi_query", true) ? 1 : heads();
        }
        return m.whole("num_key_value_heads", heads());
    }

    private void keys() {
        String type = m.type();
        text("general.architecture", architecture);
        whole("embedding_length", dim());
        whole("block_count", either("num_hidden_layers", "n_layer"));
        whole("context_length", either("max_position_embeddings", "n_positions"));
        whole("feed_forward_length", m.whole("intermediate_size", m.whole("n_inner", 4 * dim())));
        whole("attention.head_count", heads());
        whole("attention.head_count_kv", kvHeads());
        if (m.has("rms_norm_eps")) {
            real("attention.layer_norm_rms_epsilon", m.real("rms_norm_eps", 0));
        } else {
            double epsilon = m.real("layer_norm_eps", m.real("layer_norm_epsilon", m.real("norm_epsilon", 0)));
            real("attention.layer_norm_epsilon", epsilon);
        }
        if (m.has("head_dim")) {
            whole("attention.key_length", head());
            whole("attention.value_length", head());
        }
        if (m.has("sliding_window")) {
            whole("attention.sliding_window", m.whole("sliding_window"));
        }
        if (m.has("attn_logit_softcapping")) {
            real("attn_logit_softcapping", m.real("attn_logit_softcapping", 0));
            real("final_logit_softcapping", m.real("final_logit_softcapping", 0));
        }
        if (m.has("logits_scaling")) {
            real("attention.scale", m.real("attention_multiplier", 0));
            real("embedding_scale", m.real("embedding_multiplier", 0));
            real("residual_scale", m.real("residual_multiplier", 0));
            real("logit_scale", m.real("logits_scaling", 0));
        }
        if (m.has("use_parallel_residual") || type.equals("gpt_neox") || type.equals("stablelm")) {
            boolean parallel = m.flag("use_parallel_residual", type.equals("gpt_neox"));
            keys.string(architecture + ".use_parallel_residual").u32(7).u8(parallel ? 1 : 0);
            count++;
        }
        if (m.has("num_experts_per_tok")) {
            whole("expert_count", either("num_local_experts", "num_experts"));
            whole("expert_used_count", m.whole("num_experts_per_tok"));
        }
        if (m.has("moe_intermediate_size")) {
            whole("expert_feed_forward_length", m.whole("moe_intermediate_size"));
        }
        if (m.has("shared_expert_intermediate_size")) {
            whole("expert_shared_feed_forward_length", m.whole("shared_expert_intermediate_size"));
        }
        if (!type.equals("gpt2")) {
            rope();
        }
    }

    private void rope() {
        double share = switch (m.type()) {
            case "stablelm", "gpt_neox" -> m.real("partial_rotary_factor", m.real("rotary_pct", 0.25));
            case "phi" -> m.real("partial_rotary_factor", 0.5);
            default -> m.real("partial_rotary_factor", 1);
        };
        whole("rope.dimension_count", m.whole("rotary_dim", (int) (head() * share)));
        if (m.has("rope_theta")) {
            real("rope.freq_base", m.real("rope_theta", 0));
        }
        if (!m.has("rope_scaling")) {
            return;
        }
        JsonObject scaling = m.config.getAsJsonObject("rope_scaling");
        switch (scaling.get("rope_type").getAsString()) {
            case "linear" -> {
                text(architecture + ".rope.scaling.type", "linear");
                real("rope.scaling.factor", scaling.get("factor").getAsDouble());
            }
            case "yarn" -> {
                text(architecture + ".rope.scaling.type", "yarn");
                real("rope.scaling.factor", scaling.get("factor").getAsDouble());
                whole(
                        "rope.scaling.original_context_length",
                        scaling.get("original_max_position_embeddings").getAsInt());
            }
            case "longrope" -> {
                int original = m.whole("original_max_position_embeddings");
                double scale = m.real("max_position_embeddings", 0) / original;
                whole("rope.scaling.original_context_length", original);
                real("rope.scaling.attn_factor", Math.sqrt(1 + Math.log(scale) / Math.log(original)));
                tensors.put("rope_factors_long.weight", list(scaling.getAsJsonArray("long_factor")));
                tensors.put("rope_factors_short.weight", list(scaling.getAsJsonArray("short_factor")));
            }
            default -> tensors.put("rope_freqs.weight", llama3(scaling));
        }
    }

    private static Values list(JsonArray array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).getAsFloat();
        }
        return new Values(new int[] {values.length}, values);
    }

    private Values llama3(JsonObject scaling) {
        double factor = scaling.get("factor").getAsDouble();
        double low = scaling.get("low_freq_factor").getAsDouble();
        double high = scaling.get("high_freq_factor").getAsDouble();
        double old = scaling.get("original_max_position_embeddings").getAsDouble();
        float[] factors = new float[head() / 2];
        for (int i = 0; i < factors.length; i++) {
            double length = 2 * Math.PI * Math.pow(m.real("rope_theta", 0), 2.0 * i / head());
            double smooth = (old / length - low) / (high - low);
            factors[i] = (float)
                    (length < old / high ? 1 : length > old / low ? factor : 1 / ((1 - smooth) / factor + smooth));
        }
        return new Values(new int[] {factors.length}, factors);
    }

    private void tensors() {
        Map<String, List<Values>> experts = new LinkedHashMap<>();
        for (Map.Entry<String, Values> each : m.tensors.entrySet()) {
            String name = each.getKey();
            int dot = name.lastIndexOf('.');
            String kind = name.substring(dot);
            String module = name.substring(0, dot);
            String layer = "";
            Matcher in = Pattern.compile("(?:model|gpt_neox|transformer)\\.(?:layers|h)\\.(\\d+)\\.(.*)")
                    .matcher(module);
            if (in.matches()) {
                layer = "blk." + in.group(1) + ".";
                module = in.group(2);
            }
            Matcher expert = Pattern.compile(".*\\.experts\\.\\d+\\.(.*)").matcher(module);
            if (expert.matches()) {
                String theirs = switch (expert.group(1)) {
                    case "w1", "gate_proj" -> "ffn_gate_exps";
                    case "w3", "up_proj" -> "ffn_up_exps";
                    default -> "ffn_down_exps";
                };
                experts.computeIfAbsent(layer + theirs + kind, none -> new ArrayList<>())
                        .add(each.getValue());
            } else {
                tensors.put(layer + theirName(module) + kind, changed(module, each.getValue()));
            }
        }
        experts.forEach((name, parts) -> tensors.put(name, stacked(parts)));
    }

    private String theirName(String module) {
        if (module.equals("post_attention_layernorm")) {
            boolean after = switch (m.type()) {
                case "gemma2", "gemma3_text", "olmo2" -> true;
                default -> false;
            };
            return after ? "post_attention_norm" : "ffn_norm";
        }
        for (Map.Entry<String, String> each : NAMES.entrySet()) {
            if (List.of(each.getKey().split("\\|")).contains(module)) {
                return each.getValue();
            }
        }
        throw new IllegalArgumentException(module);
    }

    private Values changed(String module, Values values) {
        boolean llama = switch (m.type()) {
            case "llama", "mistral", "mixtral", "granite", "smollm3" -> true;
            default -> false;
        };
        if (llama && module.endsWith("q_proj")) {
            return permuted(values, heads());
        }
        if (llama && module.endsWith("k_proj")) {
            return permuted(values, kvHeads());
        }
        if (module.endsWith("query_key_value")) {
            return ungrouped(values);
        }
        if (module.endsWith("shared_expert_gate")) {
            return new Values(new int[] {values.data().length}, values.data());
        }
        if (m.type().startsWith("gemma") && module.endsWith("norm")) {
            float[] plus = values.data().clone();
            for (int i = 0; i < plus.length; i++) {
                plus[i] += 1;
            }
            return new Values(values.shape(), plus);
        }
        boolean conv = m.type().equals("gpt2") && values.shape().length == 2 && module.contains(".c_");
        return conv ? transposed(values) : values;
    }

    private interface RowOf {
        int row(int row);
    }

    private static Values reordered(Values values, RowOf from) {
        boolean vector = values.shape().length == 1;
        int columns = vector ? 1 : values.columns();
        float[] to = new float[values.data().length];
        for (int row = 0; row < to.length / columns; row++) {
            System.arraycopy(values.data(), from.row(row) * columns, to, row * columns, columns);
        }
        return new Values(values.shape(), to);
    }

    /** LlamaModel.permute: reshape(heads, 2, half), swap the last two. */
    private static Values permuted(Values values, int heads) {
        int head = values.shape()[0] / heads;
        return reordered(values, row -> row / head * head + row % head % 2 * (head / 2) + row % head / 2);
    }

    /** All queries, then all keys, then all values. */
    private Values ungrouped(Values values) {
        int head = head();
        int sharing = heads() / kvHeads();
        int q = heads() * head;
        int kv = kvHeads() * head;
        return reordered(values, row -> {
            int within = row < q ? row % (sharing * head) : (row < q + kv ? sharing : sharing + 1) * head + row % head;
            int group = row < q ? row / (sharing * head) : (row - q) % kv / head;
            return group * (sharing + 2) * head + within;
        });
    }

    private static Values transposed(Values values) {
        float[] to = new float[values.data().length];
        for (int row = 0; row < values.rows(); row++) {
            for (int column = 0; column < values.columns(); column++) {
                to[column * values.rows() + row] = values.data()[row * values.columns() + column];
            }
        }
        return new Values(new int[] {values.columns(), values.rows()}, to);
    }

    private static Values stacked(List<Values> parts) {
        Values first = parts.getFirst();
        float[] all = new float[parts.size() * first.data().length];
        for (int i = 0; i < parts.size(); i++) {
            System.arraycopy(parts.get(i).data(), 0, all, i * first.data().length, first.data().length);
        }
        return new Values(new int[] {parts.size(), first.rows(), first.columns()}, all);
    }

    private static byte[] bytes(LittleEndian keys, int count, Map<String, Values> tensors) {
        LittleEndian to = new LittleEndian();
        to.u32(0x46554747).u32(3).u64(tensors.size()).u64(count).bytes(keys.toBytes());
        LittleEndian data = new LittleEndian();
        tensors.forEach((name, values) -> {
            int[] shape = values.shape();
            to.string(name).u32(shape.length);
            for (int i = shape.length - 1; i >= 0; i--) {
                to.u64(shape[i]);
            }
            data.zerosTo(32);
            to.u32(0).u64(data.size());
            for (float value : values.data()) {
                data.f32(value);
            }
        });
        return to.zerosTo(32).bytes(data.toBytes()).toBytes();
    }
}
