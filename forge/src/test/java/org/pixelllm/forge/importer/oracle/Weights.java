package org.pixelllm.forge.importer.oracle;

/** Gives a model the tensors that its family has, by the names and shapes of transformers' modules. */
final class Weights {

    private final TinyModel m;

    private Weights(TinyModel model) {
        this.m = model;
    }

    /** Fills a model. */
    static TinyModel fill(TinyModel model) {
        Weights weights = new Weights(model);
        switch (model.type()) {
            case "gpt_neox" -> weights.gptNeox();
            case "gptj" -> weights.gptJ();
            case "phi" -> weights.phi();
            case "falcon" -> weights.falcon();
            case "gpt2" -> weights.gpt2();
            default -> weights.llama();
        }
        return model;
    }

    private void norm(String module, int length) {
        switch (m.type()) {
            case "stablelm", "starcoder2" -> m.layerNorm(module, length);
            case "gemma", "gemma2", "gemma3_text" -> m.vector(module + ".weight", length, 0);
            default -> m.vector(module + ".weight", length, 1);
        }
    }

    private void llama() {
        String type = m.type();
        int dim = m.whole("hidden_size");
        int heads = m.whole("num_attention_heads");
        int head = m.whole("head_dim", dim / heads);
        int q = heads * head;
        int kv = m.whole("num_key_value_heads") * head;
        boolean starcoder = type.equals("starcoder2");
        boolean out = m.flag("attention_bias", false) || starcoder;
        boolean in = out || type.equals("qwen2") || type.equals("qwen2_moe") || m.flag("use_qkv_bias", false);
        m.matrix("model.embed_tokens.weight", m.whole("vocab_size"), dim);
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "model.layers." + i + ".";
            String attention = layer + "self_attn.";
            if (!type.equals("olmo2")) {
                norm(layer + "input_layernorm", dim);
            }
            norm(layer + "post_attention_layernorm", dim);
            if (type.equals("gemma2") || type.equals("gemma3_text")) {
                norm(layer + "pre_feedforward_layernorm", dim);
            }
            if (type.equals("gemma2") || type.equals("gemma3_text") || type.equals("olmo2")) {
                norm(layer + "post_feedforward_layernorm", dim);
            }
            if (type.equals("phi3")) {
                m.linear(attention + "qkv_proj", q + 2 * kv, dim, in);
            } else {
                m.linear(attention + "q_proj", q, dim, in);
                m.linear(attention + "k_proj", kv, dim, in);
                m.linear(attention + "v_proj", kv, dim, in);
            }
            m.linear(attention + "o_proj", dim, q, out);
            if (type.startsWith("qwen3") || type.equals("gemma3_text")) {
                norm(attention + "q_norm", head);
                norm(attention + "k_norm", head);
            } else if (type.equals("olmo2")) {
                norm(attention + "q_norm", q);
                norm(attention + "k_norm", kv);
            }
            feed(layer, i, dim);
        }
        norm("model.norm", dim);
        boolean usuallyTied = type.startsWith("gemma") || type.equals("smollm3") || starcoder;
        if (!m.flag("tie_word_embeddings", usuallyTied)) {
            m.matrix("lm_head.weight", m.whole("vocab_size"), dim);
        }
    }

    private void feed(String layer, int index, int dim) {
        int hidden = m.whole("intermediate_size");
        boolean dense = m.has("mlp_only_layers")
                && m.config.getAsJsonArray("mlp_only_layers").toString().contains(String.valueOf(index));
        if (m.type().equals("mixtral")) {
            m.linear(layer + "block_sparse_moe.gate", m.whole("num_local_experts"), dim, false);
            for (int e = 0; e < m.whole("num_local_experts"); e++) {
                gated(layer + "block_sparse_moe.experts." + e + ".", "w1", "w3", "w2", hidden, dim);
            }
        } else if (m.type().endsWith("_moe") && !dense) {
            m.linear(layer + "mlp.gate", m.whole("num_experts"), dim, false);
            for (int e = 0; e < m.whole("num_experts"); e++) {
                gated(
                        layer + "mlp.experts." + e + ".",
                        "gate_proj",
                        "up_proj",
                        "down_proj",
                        m.whole("moe_intermediate_size"),
                        dim);
            }
            if (m.has("shared_expert_intermediate_size")) {
                m.linear(layer + "mlp.shared_expert_gate", 1, dim, false);
                gated(
                        layer + "mlp.shared_expert.",
                        "gate_proj",
                        "up_proj",
                        "down_proj",
                        m.whole("shared_expert_intermediate_size"),
                        dim);
            }
        } else if (m.type().equals("phi3")) {
            m.linear(layer + "mlp.gate_up_proj", 2 * hidden, dim, false);
            m.linear(layer + "mlp.down_proj", dim, hidden, false);
        } else if (m.type().equals("starcoder2")) {
            m.linear(layer + "mlp.c_fc", hidden, dim, true);
            m.linear(layer + "mlp.c_proj", dim, hidden, true);
        } else {
            gated(layer + "mlp.", "gate_proj", "up_proj", "down_proj", hidden, dim);
        }
    }

    private void gated(String prefix, String gate, String up, String down, int hidden, int dim) {
        boolean bias = m.flag("mlp_bias", false);
        m.linear(prefix + gate, hidden, dim, bias);
        m.linear(prefix + up, hidden, dim, bias);
        m.linear(prefix + down, dim, hidden, bias);
    }

    private void gptNeox() {
        int dim = m.whole("hidden_size");
        int hidden = m.whole("intermediate_size");
        m.matrix("gpt_neox.embed_in.weight", m.whole("vocab_size"), dim);
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "gpt_neox.layers." + i + ".";
            m.layerNorm(layer + "input_layernorm", dim);
            m.layerNorm(layer + "post_attention_layernorm", dim);
            m.linear(layer + "attention.query_key_value", 3 * dim, dim, true);
            m.linear(layer + "attention.dense", dim, dim, true);
            m.linear(layer + "mlp.dense_h_to_4h", hidden, dim, true);
            m.linear(layer + "mlp.dense_4h_to_h", dim, hidden, true);
        }
        m.layerNorm("gpt_neox.final_layer_norm", dim);
        m.matrix("embed_out.weight", m.whole("vocab_size"), dim);
    }

    private void gptJ() {
        int dim = m.whole("n_embd");
        m.matrix("transformer.wte.weight", m.whole("vocab_size"), dim);
        for (int i = 0; i < m.whole("n_layer"); i++) {
            String layer = "transformer.h." + i + ".";
            m.layerNorm(layer + "ln_1", dim);
            for (String name : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                m.linear(layer + "attn." + name, dim, dim, false);
            }
            m.linear(layer + "mlp.fc_in", 4 * dim, dim, true);
            m.linear(layer + "mlp.fc_out", dim, 4 * dim, true);
        }
        m.layerNorm("transformer.ln_f", dim);
        m.linear("lm_head", m.whole("vocab_size"), dim, true);
    }

    private void phi() {
        int dim = m.whole("hidden_size");
        int hidden = m.whole("intermediate_size");
        m.matrix("model.embed_tokens.weight", m.whole("vocab_size"), dim);
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "model.layers." + i + ".";
            m.layerNorm(layer + "input_layernorm", dim);
            for (String name : new String[] {"q_proj", "k_proj", "v_proj", "dense"}) {
                m.linear(layer + "self_attn." + name, dim, dim, true);
            }
            m.linear(layer + "mlp.fc1", hidden, dim, true);
            m.linear(layer + "mlp.fc2", dim, hidden, true);
        }
        m.layerNorm("model.final_layernorm", dim);
        m.linear("lm_head", m.whole("vocab_size"), dim, true);
    }

    private void falcon() {
        int dim = m.whole("hidden_size");
        int heads = m.whole("num_attention_heads");
        boolean later = m.flag("new_decoder_architecture", false);
        boolean two = later && m.whole("num_ln_in_parallel_attn", 2) == 2;
        int kvHeads = later ? m.whole("num_kv_heads") : m.flag("multi_query", true) ? 1 : heads;
        boolean bias = m.flag("bias", false);
        m.matrix("transformer.word_embeddings.weight", m.whole("vocab_size"), dim);
        for (int i = 0; i < m.whole("num_hidden_layers"); i++) {
            String layer = "transformer.h." + i + ".";
            m.layerNorm(layer + (two ? "ln_attn" : "input_layernorm"), dim);
            if (two) {
                m.layerNorm(layer + "ln_mlp", dim);
            }
            m.linear(layer + "self_attention.query_key_value", (heads + 2 * kvHeads) * (dim / heads), dim, bias);
            m.linear(layer + "self_attention.dense", dim, dim, bias);
            m.linear(layer + "mlp.dense_h_to_4h", 4 * dim, dim, bias);
            m.linear(layer + "mlp.dense_4h_to_h", dim, 4 * dim, bias);
        }
        m.layerNorm("transformer.ln_f", dim);
        if (!m.flag("tie_word_embeddings", true)) {
            m.matrix("lm_head.weight", m.whole("vocab_size"), dim);
        }
    }

    private void gpt2() {
        int dim = m.whole("n_embd");
        int hidden = m.whole("n_inner", 4 * dim);
        m.matrix("transformer.wte.weight", m.whole("vocab_size"), dim);
        m.matrix("transformer.wpe.weight", m.whole("n_positions"), dim);
        for (int i = 0; i < m.whole("n_layer"); i++) {
            String layer = "transformer.h." + i + ".";
            m.layerNorm(layer + "ln_1", dim);
            m.layerNorm(layer + "ln_2", dim);
            conv1d(layer + "attn.c_attn", dim, 3 * dim);
            conv1d(layer + "attn.c_proj", dim, dim);
            conv1d(layer + "mlp.c_fc", dim, hidden);
            conv1d(layer + "mlp.c_proj", hidden, dim);
        }
        m.layerNorm("transformer.ln_f", dim);
    }

    private void conv1d(String module, int in, int out) {
        m.matrix(module + ".weight", in, out);
        m.vector(module + ".bias", out, 0);
    }
}
