package org.pixelllm.forge.importer.oracle;

import static org.pixelllm.forge.importer.oracle.Plain.columns;
import static org.pixelllm.forge.importer.oracle.Plain.each;
import static org.pixelllm.forge.importer.oracle.Plain.product;
import static org.pixelllm.forge.importer.oracle.Plain.sum;
import static org.pixelllm.forge.importer.oracle.Plain.times;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.pixelllm.forge.importer.oracle.Plain.Rotation;
import org.pixelllm.forge.importer.oracle.TinyModel.Values;

/**
 * Each family's forward pass as transformers 4.57 has it, {@code models/FAMILY/modeling_FAMILY.py}; scaling of rotary positions
 * as {@code modeling_rope_utils.py} has it. Written from there, and not from the programs.
 */
final class Definitions {

    private final TinyModel m;
    private final int[] tokens;
    private final int context;

    private Definitions(TinyModel model, int[] tokens, int context) {
        this.m = model;
        this.tokens = tokens;
        this.context = context;
    }

    /**
     * The logits at every position // [tokens, vocabulary]
     *
     * @param context how long a text may get, which chooses LongRoPE's factors
     */
    static double[][] logits(TinyModel model, int[] tokens, int context) {
        return new Definitions(model, tokens, context).run();
    }

    private double[][] run() {
        return switch (m.type()) {
            case "gpt_neox" -> gptNeox();
            case "gptj" -> gptJ();
            case "phi" -> phi();
            case "falcon" -> falcon();
            case "gpt2" -> gpt2();
            case "olmo2" -> olmo2();
            case "gemma", "gemma2", "gemma3_text" -> gemma();
            default -> llama();
        };
    }

    private Values w(String name) {
        return Objects.requireNonNull(m.tensors.get(name), name);
    }

    private double[][] linear(double[][] x, String module) {
        double[][] y = product(x, w(module + ".weight"));
        Values bias = m.tensors.get(module + ".bias");
        for (int t = 0; bias != null && t < y.length; t++) {
            for (int o = 0; o < y[t].length; o++) {
                y[t][o] += bias.at(0, o);
            }
        }
        return y;
    }

    private double[][] embedded(String module) {
        Values table = w(module + ".weight");
        double[][] x = new double[tokens.length][table.columns()];
        for (int t = 0; t < tokens.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                x[t][i] = table.at(tokens[t], i);
            }
        }
        return x;
    }

    private double[][] norm(double[][] x, String module) {
        if (m.tensors.containsKey(module + ".bias")) {
            double epsilon = m.real("layer_norm_eps", m.real("layer_norm_epsilon", m.real("norm_epsilon", 0)));
            return Plain.layerNorm(x, w(module + ".weight"), w(module + ".bias"), epsilon);
        }
        double plus = m.type().startsWith("gemma") ? 1 : 0;
        return Plain.rms(x, w(module + ".weight"), plus, m.real("rms_norm_eps", 0));
    }

    private DoubleUnaryOperator activation(String key) {
        String usual = switch (m.type()) {
            case "falcon" -> "gelu";
            case "gemma", "gemma2", "gemma3_text", "starcoder2" -> "gelu_pytorch_tanh";
            default -> "silu";
        };
        String name = m.has(key) ? m.config.get(key).getAsString() : usual;
        return switch (name) {
            case "silu" -> Plain::silu;
            case "gelu" -> m.type().equals("gemma") ? Plain::geluTanh : Plain::gelu;
            default -> Plain::geluTanh;
        };
    }

    private double[][] out(double[][] x, String head, String table) {
        return m.tensors.containsKey(head + ".weight") ? linear(x, head) : product(x, w(table + ".weight"));
    }

    // Rotary positions.

    private static double[] frequencies(int dims, double theta) {
        return IntStream.range(0, dims / 2)
                .mapToDouble(i -> Math.pow(theta, -2.0 * i / dims))
                .toArray();
    }

    private Rotation rotation(int dims) {
        double theta = m.real("rope_theta", m.real("rotary_emb_base", 10_000));
        double[] f = frequencies(dims, theta);
        if (!m.has("rope_scaling")) {
            return new Rotation(f, 1, false);
        }
        JsonObject s = m.config.getAsJsonObject("rope_scaling");
        double factor = s.has("factor") ? s.get("factor").getAsDouble() : 1;
        switch (s.get(s.has("rope_type") ? "rope_type" : "type").getAsString()) {
            case "linear" -> Arrays.setAll(f, i -> f[i] / factor);
            case "llama3" -> {
                double low = s.get("low_freq_factor").getAsDouble();
                double high = s.get("high_freq_factor").getAsDouble();
                double old = s.get("original_max_position_embeddings").getAsDouble();
                for (int i = 0; i < f.length; i++) {
                    double length = 2 * Math.PI / f[i];
                    double smooth = (old / length - low) / (high - low);
                    if (length > old / low) {
                        f[i] /= factor;
                    } else if (length >= old / high) {
                        f[i] = (1 - smooth) * f[i] / factor + smooth * f[i];
                    }
                }
            }
            case "yarn" -> {
                double old = s.get("original_max_position_embeddings").getAsDouble();
                double low = Math.max(0, Math.floor(dims * Math.log(old / (32 * 2 * Math.PI)) / (2 * Math.log(theta))));
                double high =
                        Math.min(dims - 1, Math.ceil(dims * Math.log(old / (2 * Math.PI)) / (2 * Math.log(theta))));
                for (int i = 0; i < f.length; i++) {
                    double ramp = Math.min(1, Math.max(0, (i - low) / (high == low ? 0.001 : high - low)));
                    f[i] = f[i] / factor * ramp + f[i] * (1 - ramp);
                }
                return new Rotation(f, 0.1 * Math.log(factor) + 1, false);
            }
            case "longrope" -> {
                double old = m.real("original_max_position_embeddings", 0);
                double scale = m.real("max_position_embeddings", 0) / old;
                JsonArray factors = s.getAsJsonArray(context > old ? "long_factor" : "short_factor");
                Arrays.setAll(f, i -> f[i] / factors.get(i).getAsDouble());
                return new Rotation(f, Math.sqrt(1 + Math.log(scale) / Math.log(old)), false);
            }
            default -> throw new IllegalArgumentException(s.toString());
        }
        return new Rotation(f, 1, false);
    }

    // Llama and what shares its shape: Mistral, Mixtral, Qwen, Phi-3, SmolLM 3, Granite, StableLM, StarCoder 2.

    private int head() {
        return m.whole("head_dim", m.whole("hidden_size") / m.whole("num_attention_heads"));
    }

    private double[][] llama() {
        double[][] x = each(embedded("model.embed_tokens"), v -> v * m.real("embedding_multiplier", 1));
        double residual = m.real("residual_multiplier", 1);
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "model.layers." + i + ".";
            double[][] normed = norm(x, layer + "input_layernorm");
            x = sum(x, each(llamaAttention(normed, layer, i), v -> v * residual));
            double[][] again = norm(x, layer + "post_attention_layernorm");
            x = sum(x, each(mlp(again, layer), v -> v * residual));
        }
        double[][] logits = out(norm(x, "model.norm"), "lm_head", "model.embed_tokens");
        return each(logits, v -> v / m.real("logits_scaling", 1));
    }

    private double[][] llamaAttention(double[][] x, String layer, int index) {
        String a = layer + "self_attn.";
        int head = head();
        int heads = m.whole("num_attention_heads") * head;
        int kv = m.whole("num_key_value_heads") * head;
        boolean fused = m.type().equals("phi3");
        double[][] all = fused ? linear(x, a + "qkv_proj") : x;
        double[][] q = fused ? columns(all, 0, heads) : linear(x, a + "q_proj");
        double[][] k = fused ? columns(all, heads, heads + kv) : linear(x, a + "k_proj");
        double[][] v = fused ? columns(all, heads + kv, heads + 2 * kv) : linear(x, a + "v_proj");
        if (m.tensors.containsKey(a + "q_norm.weight")) {
            q = norm(q, a + "q_norm");
            k = norm(k, a + "k_norm");
        }
        boolean turns = !m.type().equals("smollm3") || (index + 1) % 4 != 0;
        if (turns) {
            double share = m.real("partial_rotary_factor", m.type().equals("stablelm") ? 0.25 : 1);
            Rotation rotation = rotation((int) (head * share));
            q = Plain.rotate(q, head, rotation);
            k = Plain.rotate(k, head, rotation);
        }
        boolean qwen = m.type().startsWith("qwen");
        boolean near = !qwen || (m.flag("use_sliding_window", false) && index >= m.whole("max_window_layers"));
        double scale = m.real("attention_multiplier", 1 / Math.sqrt(head));
        return linear(Plain.attention(q, k, v, head, scale, near ? m.whole("sliding_window", 0) : 0, 0), a + "o_proj");
    }

    private double[][] gated(double[][] x, String prefix, String gate, String up, String down) {
        DoubleUnaryOperator f = activation(m.has("hidden_act") ? "hidden_act" : "hidden_activation");
        return linear(times(each(linear(x, prefix + gate), f), linear(x, prefix + up)), prefix + down);
    }

    private double[][] mlp(double[][] x, String layer) {
        String mlp = layer + "mlp.";
        if (m.tensors.containsKey(layer + "block_sparse_moe.gate.weight")) {
            return experts(x, layer + "block_sparse_moe.", "w1", "w3", "w2", true);
        }
        if (m.tensors.containsKey(mlp + "gate.weight")) {
            double[][] y = experts(x, mlp, "gate_proj", "up_proj", "down_proj", m.flag("norm_topk_prob", false));
            if (!m.tensors.containsKey(mlp + "shared_expert_gate.weight")) {
                return y;
            }
            double[][] shared = gated(x, mlp + "shared_expert.", "gate_proj", "up_proj", "down_proj");
            double[][] weight = linear(x, mlp + "shared_expert_gate");
            for (int t = 0; t < y.length; t++) {
                for (int i = 0; i < y[t].length; i++) {
                    y[t][i] += shared[t][i] / (1 + Math.exp(-weight[t][0]));
                }
            }
            return y;
        }
        return switch (m.type()) {
            case "phi3" -> {
                double[][] both = linear(x, mlp + "gate_up_proj");
                int hidden = both[0].length / 2;
                double[][] gate = each(columns(both, 0, hidden), Plain::silu);
                yield linear(times(gate, columns(both, hidden, 2 * hidden)), mlp + "down_proj");
            }
            case "starcoder2" -> linear(each(linear(x, mlp + "c_fc"), activation("hidden_act")), mlp + "c_proj");
            default -> gated(x, mlp, "gate_proj", "up_proj", "down_proj");
        };
    }

    /** MixtralSparseMoeBlock, Qwen2MoeSparseMoeBlock: softmax over all, the highest few, divided by their sum or not. */
    private double[][] experts(double[][] x, String prefix, String gate, String up, String down, boolean normed) {
        double[][] scores = linear(x, prefix + "gate");
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double[] weights = Plain.softmax(scores[t]);
            int[] best = IntStream.range(0, weights.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(e -> -weights[e]))
                    .limit(m.whole("num_experts_per_tok"))
                    .mapToInt(e -> e)
                    .toArray();
            double all =
                    normed ? Arrays.stream(best).mapToDouble(e -> weights[e]).sum() : 1;
            for (int e : best) {
                double[][] one = gated(new double[][] {x[t]}, prefix + "experts." + e + ".", gate, up, down);
                for (int i = 0; i < y[t].length; i++) {
                    y[t][i] += weights[e] / all * one[0][i];
                }
            }
        }
        return y;
    }

    private double[][] olmo2() {
        double[][] x = embedded("model.embed_tokens");
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "model.layers." + i + ".";
            x = sum(x, norm(llamaAttention(x, layer, i), layer + "post_attention_layernorm"));
            x = sum(x, norm(mlp(x, layer), layer + "post_feedforward_layernorm"));
        }
        return out(norm(x, "model.norm"), "lm_head", "model.embed_tokens");
    }

    private double[][] gemma() {
        boolean first = m.type().equals("gemma");
        boolean third = m.type().equals("gemma3_text");
        int head = head();
        double[][] x = each(embedded("model.embed_tokens"), v -> v * Math.sqrt(m.whole("hidden_size")));
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "model.layers." + i + ".";
            boolean near = third ? (i + 1) % 6 != 0 : !first && i % 2 == 0;
            double[][] normed = norm(x, layer + "input_layernorm");
            double[][] q = linear(normed, layer + "self_attn.q_proj");
            double[][] k = linear(normed, layer + "self_attn.k_proj");
            double[][] v = linear(normed, layer + "self_attn.v_proj");
            if (third) {
                q = norm(q, layer + "self_attn.q_norm");
                k = norm(k, layer + "self_attn.k_norm");
            }
            Rotation rotation = third && near
                    ? new Rotation(frequencies(head, m.real("rope_local_base_freq", 10_000)), 1, false)
                    : rotation(head);
            double scale = 1 / Math.sqrt(first ? head : m.real("query_pre_attn_scalar", 256));
            double[][] attended = linear(
                    Plain.attention(
                            Plain.rotate(q, head, rotation),
                            Plain.rotate(k, head, rotation),
                            v,
                            head,
                            scale,
                            near ? m.whole("sliding_window") : 0,
                            m.real("attn_logit_softcapping", 0)),
                    layer + "self_attn.o_proj");
            if (first) {
                x = sum(x, attended);
                x = sum(x, mlp(norm(x, layer + "post_attention_layernorm"), layer));
            } else {
                x = sum(x, norm(attended, layer + "post_attention_layernorm"));
                double[][] fed = mlp(norm(x, layer + "pre_feedforward_layernorm"), layer);
                x = sum(x, norm(fed, layer + "post_feedforward_layernorm"));
            }
        }
        double cap = m.real("final_logit_softcapping", 0);
        double[][] logits = out(norm(x, "model.norm"), "lm_head", "model.embed_tokens");
        return cap == 0 ? logits : each(logits, v -> cap * Math.tanh(v / cap));
    }

    // GPT-NeoX, GPT-J, Phi-2, Falcon: attention and the feed-forward network side by side.

    private double[][] gptNeox() {
        int head = m.whole("hidden_size") / m.whole("num_attention_heads");
        Rotation rotation = rotation((int) (head * m.real("rotary_pct", 0.25)));
        double[][] x = embedded("gpt_neox.embed_in");
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "gpt_neox.layers." + i + ".";
            double[][] qkv = linear(norm(x, layer + "input_layernorm"), layer + "attention.query_key_value");
            double[][] attended =
                    linear(grouped(qkv, m.whole("num_attention_heads"), head, rotation), layer + "attention.dense");
            UnaryOperator<double[][]> mlp = y -> linear(
                    each(
                            linear(norm(y, layer + "post_attention_layernorm"), layer + "mlp.dense_h_to_4h"),
                            activation("hidden_act")),
                    layer + "mlp.dense_4h_to_h");
            double[][] before = x;
            x = sum(x, attended);
            x = sum(x, mlp.apply(m.flag("use_parallel_residual", true) ? before : x));
        }
        return out(norm(x, "gpt_neox.final_layer_norm"), "embed_out", "gpt_neox.embed_in");
    }

    /** Attention of one fused product in which each key head's queries precede its key and its value. */
    private static double[][] grouped(double[][] qkv, int kvHeads, int head, Rotation rotation) {
        int group = qkv[0].length / kvHeads;
        double[][] q = new double[qkv.length][(group - 2 * head) * kvHeads];
        double[][] k = new double[qkv.length][head * kvHeads];
        double[][] v = new double[qkv.length][head * kvHeads];
        for (int t = 0; t < qkv.length; t++) {
            for (int g = 0; g < kvHeads; g++) {
                int queries = group - 2 * head;
                System.arraycopy(qkv[t], g * group, q[t], g * queries, queries);
                System.arraycopy(qkv[t], g * group + queries, k[t], g * head, head);
                System.arraycopy(qkv[t], g * group + queries + head, v[t], g * head, head);
            }
        }
        return Plain.attention(
                Plain.rotate(q, head, rotation), Plain.rotate(k, head, rotation), v, head, 1 / Math.sqrt(head), 0, 0);
    }

    private double[][] gptJ() {
        int head = m.whole("n_embd") / m.whole("n_head");
        Rotation rotation = new Rotation(frequencies(m.whole("rotary_dim"), 10_000), 1, true);
        double[][] x = embedded("transformer.wte");
        for (int i = 0; i < m.whole("n_layer"); i++) {
            String layer = "transformer.h." + i + ".";
            double[][] normed = norm(x, layer + "ln_1");
            double[][] q = Plain.rotate(linear(normed, layer + "attn.q_proj"), head, rotation);
            double[][] k = Plain.rotate(linear(normed, layer + "attn.k_proj"), head, rotation);
            double[][] v = linear(normed, layer + "attn.v_proj");
            double[][] attended = Plain.attention(q, k, v, head, 1 / Math.sqrt(head), 0, 0);
            double[][] fed = each(linear(normed, layer + "mlp.fc_in"), activation("activation_function"));
            x = sum(x, sum(linear(attended, layer + "attn.out_proj"), linear(fed, layer + "mlp.fc_out")));
        }
        return linear(norm(x, "transformer.ln_f"), "lm_head");
    }

    private double[][] phi() {
        int head = head();
        Rotation rotation = rotation((int) (head * m.real("partial_rotary_factor", 0.5)));
        double[][] x = embedded("model.embed_tokens");
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "model.layers." + i + ".";
            double[][] normed = norm(x, layer + "input_layernorm");
            double[][] q = Plain.rotate(linear(normed, layer + "self_attn.q_proj"), head, rotation);
            double[][] k = Plain.rotate(linear(normed, layer + "self_attn.k_proj"), head, rotation);
            double[][] v = linear(normed, layer + "self_attn.v_proj");
            double[][] attended = Plain.attention(q, k, v, head, 1 / Math.sqrt(head), 0, 0);
            double[][] fed = each(linear(normed, layer + "mlp.fc1"), activation("hidden_act"));
            x = sum(x, sum(linear(attended, layer + "self_attn.dense"), linear(fed, layer + "mlp.fc2")));
        }
        return linear(norm(x, "model.final_layernorm"), "lm_head");
    }

    private double[][] falcon() {
        int head = m.whole("hidden_size") / m.whole("num_attention_heads");
        boolean later = m.flag("new_decoder_architecture", false);
        int kvHeads =
                later ? m.whole("num_kv_heads") : m.flag("multi_query", true) ? 1 : m.whole("num_attention_heads");
        Rotation rotation = rotation(head);
        double[][] x = embedded("transformer.word_embeddings");
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "transformer.h." + i + ".";
            boolean two = m.tensors.containsKey(layer + "ln_attn.weight");
            double[][] normed = norm(x, layer + (two ? "ln_attn" : "input_layernorm"));
            double[][] qkv = linear(normed, layer + "self_attention.query_key_value");
            double[][] attended = linear(grouped(qkv, kvHeads, head, rotation), layer + "self_attention.dense");
            double[][] forFeed = two ? norm(x, layer + "ln_mlp") : normed;
            double[][] fed = each(linear(forFeed, layer + "mlp.dense_h_to_4h"), activation("activation"));
            x = sum(x, sum(attended, linear(fed, layer + "mlp.dense_4h_to_h")));
        }
        return out(norm(x, "transformer.ln_f"), "lm_head", "transformer.word_embeddings");
    }

    private double[][] gpt2() {
        int dim = m.whole("n_embd");
        int head = dim / m.whole("n_head");
        double[][] x = embedded("transformer.wte");
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < dim; i++) {
                x[t][i] += w("transformer.wpe.weight").at(t, i);
            }
        }
        for (int i = 0; i < m.whole("n_layer"); i++) {
            String layer = "transformer.h." + i + ".";
            double[][] qkv = conv1d(norm(x, layer + "ln_1"), layer + "attn.c_attn");
            double[][] attended = Plain.attention(
                    columns(qkv, 0, dim),
                    columns(qkv, dim, 2 * dim),
                    columns(qkv, 2 * dim, 3 * dim),
                    head,
                    1 / Math.sqrt(head),
                    0,
                    0);
            x = sum(x, conv1d(attended, layer + "attn.c_proj"));
            double[][] fed =
                    each(conv1d(norm(x, layer + "ln_2"), layer + "mlp.c_fc"), activation("activation_function"));
            x = sum(x, conv1d(fed, layer + "mlp.c_proj"));
        }
        return out(norm(x, "transformer.ln_f"), "lm_head", "transformer.wte");
    }

    /** GPT-2's Conv1D: x · w + b, inputs first. */
    private double[][] conv1d(double[][] x, String module) {
        Values w = w(module + ".weight");
        Values bias = w(module + ".bias");
        double[][] y = new double[x.length][w.columns()];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < w.columns(); o++) {
                y[t][o] = bias.at(0, o);
                for (int i = 0; i < w.rows(); i++) {
                    y[t][o] += x[t][i] * w.at(i, o);
                }
            }
        }
        return y;
    }
}
