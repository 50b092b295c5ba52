"""Lets the Python client read or write files: limits.py KIND FILE … prints what the client's decoder of that kind says of
each, as the CRC-32 of R, G and B of each token, of each grey, or of each value's four bytes; limits.py write FOLDER writes
the most tokens, the longest prediction and the widest and the highest heat map.
"""
import pathlib
import sys
import zlib

import numpy as np

from pixel_llm.core import pixel_io


def tokens(row):
    ids = np.array(row["tokens"], np.uint16)
    confidences = np.round(np.array(row["probs"]) * 255).astype(np.uint8)
    return np.stack([ids & 255, ids >> 8, confidences], axis=1).astype(np.uint8).tobytes()


READERS = {
    "tokens": lambda file: b"".join(bytes((i & 255, i >> 8, 0)) for i in pixel_io.pixel_decode_tokens(file).tolist()),
    "prediction": lambda file: tokens(dict(zip(("tokens", "probs"), list(pixel_io.pixel_decode_prediction(file).values())))),
    "heatmap": lambda file: pixel_io.pixel_decode_logits_heatmap(file).tobytes(),
    "sequence": lambda file: tokens(pixel_io.pixel_decode_sequence(file)),
    "scores": lambda file: tokens(pixel_io.pixel_decode_prompt_scores(file)),
    "beams": lambda file: b"".join(map(tokens, pixel_io.pixel_decode_beams(file))),
    "attention": lambda file: np.round(pixel_io.pixel_decode_attention(file)["weights"] * 255).astype(np.uint8).tobytes(),
    "activations": lambda file: pixel_io.pixel_decode_activations(file).tobytes(),
}


def write(folder):
    place = pathlib.Path(folder).joinpath
    pixel_io.pixel_encode_tokens(np.arange(65_535) * 7919 % 65_536, place("tokens.pxi"))
    logits = np.arange(65_536, dtype=np.float32)
    pixel_io.pixel_encode_prediction(logits, place("prediction.pxi"), top_k=65_536)
    pixel_io.pixel_encode_logits_heatmap(logits, place("high.pxi"), width=1)
    pixel_io.pixel_encode_logits_heatmap(logits, place("wide.pxi"), width=65_536)


kind, *files = sys.argv[1:]
for file in files:
    if kind == "write":
        write(file)
    else:
        print(f"{zlib.crc32(READERS[kind](file)):x}")
