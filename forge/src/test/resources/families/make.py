"""Makes the models in this folder: python make.py FOLDER, with llama.cpp's gguf-py and numpy. README.md says more."""

import json
import math
import struct
import sys
from pathlib import Path

import gguf
import numpy as np

CONTEXT, VOCABULARY = 64, 64

LLAMA_SHAPED = {
    "vocab_size": VOCABULARY, "num_hidden_layers": 2, "max_position_embeddings": CONTEXT,
    "rms_norm_eps": 1e-6, "hidden_size": 32, "intermediate_size": 20,
}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 16}
CONFIGS = {
    "llama": LLAMA_SHAPED | {
        "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2, "rope_theta": 10000.0,
        "rope_scaling": LLAMA3, "tie_word_embeddings": False},
    "qwen2": LLAMA_SHAPED | {
        "num_attention_heads": 6, "num_key_value_heads": 3, "hidden_size": 36, "rope_theta": 1000.0,
        "tie_word_embeddings": False, "sliding_window": 4, "use_sliding_window": False},
    "qwen3": LLAMA_SHAPED | {
        "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8, "rope_theta": 1000.0,
        "rope_scaling": {"type": "linear", "factor": 2.0}, "attention_bias": False, "tie_word_embeddings": True},
    "gemma": LLAMA_SHAPED | {
        "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 16, "hidden_act": "gelu"},
    "gemma2": LLAMA_SHAPED | {
        "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 8,
        "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 8, "sliding_window": 5,
        "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0},
    "gpt2": {
        "vocab_size": VOCABULARY, "n_layer": 2, "n_positions": CONTEXT, "n_embd": 33, "n_head": 3,
        "n_inner": 20, "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new"},
}


def layers(c):
    return c.get("n_layer") or c["num_hidden_layers"]


def shapes(family, c):
    """The tensors by Hugging Face's names."""
    if family == "gpt2":
        d, h = c["n_embd"], c["n_inner"]
        yield from {"wte.weight": (VOCABULARY, d), "wpe.weight": (CONTEXT, d)}.items()
        for i in range(layers(c)):
            for name, size in {"attn.c_attn": (d, 3 * d), "attn.c_proj": (d, d), "mlp.c_fc": (d, h),
                               "mlp.c_proj": (h, d), "ln_1": (d,), "ln_2": (d,)}.items():
                yield f"h.{i}.{name}.weight", size
                yield f"h.{i}.{name}.bias", size[-1:]
        yield from {"ln_f.weight": (d,), "ln_f.bias": (d,)}.items()
        return
    d, h = c["hidden_size"], c["intermediate_size"]
    head = c.get("head_dim", d // c["num_attention_heads"])
    q, kv = head * c["num_attention_heads"], head * c["num_key_value_heads"]
    yield "model.embed_tokens.weight", (VOCABULARY, d)
    for i in range(layers(c)):
        layer = f"model.layers.{i}."
        for name, size in {"self_attn.q_proj": (q, d), "self_attn.k_proj": (kv, d), "self_attn.v_proj": (kv, d),
                           "self_attn.o_proj": (d, q), "mlp.gate_proj": (h, d), "mlp.up_proj": (h, d),
                           "mlp.down_proj": (d, h)}.items():
            yield layer + name + ".weight", size
            if family == "qwen2" and name[10:] in ("q_proj", "k_proj", "v_proj"):
                yield layer + name + ".bias", size[:1]
        norms = ["input_layernorm", "post_attention_layernorm"]
        if family == "gemma2":
            norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
        for name in norms:
            yield f"{layer}{name}.weight", (d,)
        if family == "qwen3":
            yield layer + "self_attn.q_norm.weight", (head,)
            yield layer + "self_attn.k_norm.weight", (head,)
    yield "model.norm.weight", (d,)
    if not c.get("tie_word_embeddings", True):
        yield "lm_head.weight", (VOCABULARY, d)


def values(name, shape, one, random):
    """Random values that f16 holds exactly; gains and biases are far from 1 and 0, so that none can be forgotten."""
    if len(shape) == 2:
        x = random.normal(size=shape) * 1.5 / math.sqrt(shape[-1])
    elif name.endswith(".bias"):
        x = random.uniform(-1, 1, shape)
    else:
        x = random.uniform(0.5, 1.5, shape) - one
    return x.astype(np.float16)


def write_safetensors(file, tensors):
    header, at = {}, 0
    for name, x in tensors.items():
        header[name] = {"dtype": "F16", "shape": x.shape, "data_offsets": [at, at + x.nbytes]}
        at += x.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(x.tobytes() for x in tensors.values()))


def neighbours(x, heads):
    """Rows of q or k as llama.cpp's converter orders them for the llama architecture."""
    return x.reshape(heads, 2, -1, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def llama3_factors(c):
    s, d = c["rope_scaling"], c["hidden_size"] // c["num_attention_heads"]
    for i in range(0, d, 2):
        waves = s["original_max_position_embeddings"] * c["rope_theta"] ** (-i / d) / (2 * math.pi)
        smooth = (waves - s["low_freq_factor"]) / (s["high_freq_factor"] - s["low_freq_factor"])
        smooth = min(max(smooth, 0), 1)
        yield 1 / ((1 - smooth) / s["factor"] + smooth)


def write_gguf(file, family, c, tensors, one):
    to = gguf.GGUFWriter(file, family)
    to.add_tokenizer_model("no_vocab")
    to.add_vocab_size(VOCABULARY)
    to.add_block_count(layers(c))
    to.add_context_length(CONTEXT)
    if family == "gpt2":
        to.add_embedding_length(c["n_embd"])
        to.add_feed_forward_length(c["n_inner"])
        to.add_head_count(c["n_head"])
        to.add_layer_norm_eps(c["layer_norm_epsilon"])
    else:
        to.add_embedding_length(c["hidden_size"])
        to.add_feed_forward_length(c["intermediate_size"])
        to.add_head_count(c["num_attention_heads"])
        to.add_head_count_kv(c["num_key_value_heads"])
        to.add_layer_norm_rms_eps(c["rms_norm_eps"])
        to.add_rope_freq_base(c.get("rope_theta", 10000.0))
    if "head_dim" in c:
        to.add_key_length(c["head_dim"])
        to.add_value_length(c["head_dim"])
    if family == "llama":
        to.add_rope_scaling_orig_ctx_len(LLAMA3["original_max_position_embeddings"])
        to.add_tensor("rope_freqs.weight", np.array(list(llama3_factors(c)), np.float32))
    if family == "qwen3":
        to.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        to.add_rope_scaling_factor(c["rope_scaling"]["factor"])
    if family == "gemma2":
        to.add_attn_logit_softcapping(c["attn_logit_softcapping"])
        to.add_final_logit_softcapping(c["final_logit_softcapping"])
        to.add_sliding_window(c["sliding_window"])
    architecture = next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == family)
    names = gguf.get_tensor_name_map(architecture, layers(c))
    for name, x in tensors.items():
        x = x.astype(np.float32)
        if family == "gpt2" and x.ndim == 2 and name.startswith("h."):
            x = x.T
        if family == "llama" and "q_proj" in name:
            x = neighbours(x, c["num_attention_heads"])
        if family == "llama" and "k_proj" in name:
            x = neighbours(x, c["num_key_value_heads"])
        if name.endswith("norm.weight"):
            x = x + np.float32(one)
        to.add_tensor(names.get_name(name, (".weight", ".bias")), np.ascontiguousarray(x))
    to.write_header_to_file()
    to.write_kv_data_to_file()
    to.write_tensors_to_file()
    to.close()


def main(folder):
    for seed, (family, c) in enumerate(CONFIGS.items()):
        random = np.random.default_rng(seed)
        one = 1 if family.startswith("gemma") else 0  # what Gemma's gains are above their stored values
        tensors = {name: values(name, shape, one, random) for name, shape in shapes(family, c)}
        place = folder / family
        place.mkdir(parents=True, exist_ok=True)
        (place / "config.json").write_text(json.dumps({"model_type": family} | c, indent=2) + "\n")
        write_safetensors(place / "model.safetensors", tensors)
        write_gguf(place / "model.gguf", family, c, tensors, one)


main(Path(sys.argv[1]))
