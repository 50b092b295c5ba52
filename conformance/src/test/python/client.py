"""Lets the Python client read or write a file: client.py decode KIND FILE, or client.py encode FOLDER…

decode prints what the client's decoder of that kind says of FILE. encode writes the prediction and the heat map of the
logits in each FOLDER's file "logits", little-endian floats, beside it.
"""
import pathlib
import sys

import numpy as np

from pixel_llm.core import pixel_io


def tokens(row):
    return " ".join(f"{token}:{probability!r}" for token, probability in zip(row["tokens"], row["probs"]))


def decode(kind, file):
    read = getattr(pixel_io, f"pixel_decode_{kind}")(file)
    if kind in ("sequence", "prompt_scores"):
        print(tokens(read))
    elif kind == "beams":
        print(*map(tokens, read), sep="\n")
    elif kind == "attention":
        print(read["row"], read["column"])
        print(*(" ".join(map(repr, row)) for row in read["weights"].tolist()), sep="\n")
    else:
        print(*(" ".join(f"{bits:08x}" for bits in row) for row in read.view(np.uint32).tolist()), sep="\n")


def encode(*folders):
    for folder in folders:
        logits = np.fromfile(pathlib.Path(folder, "logits"), "<f4")
        pixel_io.pixel_encode_prediction(logits, pathlib.Path(folder, "output_token.pxi"))
        pixel_io.pixel_encode_logits_heatmap(logits, pathlib.Path(folder, "logits_heatmap.pxi"))


{"decode": decode, "encode": encode}[sys.argv[1]](*sys.argv[2:])
