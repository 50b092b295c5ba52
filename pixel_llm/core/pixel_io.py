"""The pixel files of the protocol, with the names that its document uses.

Files are checked against the rules of docs/protocol.md and docs/png.md; one that breaks a rule raises PxiError, which names
the file, the place, what was expected, what was found and what to do. Files are written whole or not at all.
"""

import math
import operator

import numpy as np

from pixel_llm.core import files, kinds, pixels, png, tokens
from pixel_llm.core.errors import PxiError
from pixel_llm.core.extensions import (
    pixel_decode_activations,
    pixel_decode_attention,
    pixel_decode_beams,
    pixel_decode_prompt_scores,
    pixel_decode_sequence,
)

__all__ = [
    "PxiError",
    "pixel_decode_activations",
    "pixel_decode_attention",
    "pixel_decode_beams",
    "pixel_decode_logits_heatmap",
    "pixel_decode_prediction",
    "pixel_decode_prompt_scores",
    "pixel_decode_sequence",
    "pixel_decode_tokens",
    "pixel_encode_logits_heatmap",
    "pixel_encode_prediction",
    "pixel_encode_tokens",
    "pixel_notes",
]

DEFAULT_TOP_K = 5
HEATMAP_REMEDY = "Is this the logits_heatmap.pxi that you meant?"


def pixel_encode_tokens(text_or_ids, path):
    """Writes a text, or a sequence of token ids, as a token image.

    A text becomes the protocol's own tokens: one for each code point, its id the code point modulo 1,024.
    """
    if isinstance(text_or_ids, str):
        ids = tokens.ids_of(text_or_ids)
    else:
        ids = [operator.index(token) for token in text_or_ids]
    files.write(path, tokens.encode(ids))


def pixel_decode_tokens(path):
    """The ids of a token image. // [tokens], int32"""
    return np.array(tokens.decode(*pixels.read(path)), dtype=np.int32)


def pixel_encode_prediction(logits, path, top_k=DEFAULT_TOP_K):
    """Writes the highest of some logits as a prediction image: best first, equal ones by the lower id.

    The confidence is the softmax over these logits alone.

    logits  one for each id, 1 to 65,536 finite numbers
    top_k   how many; where it is more than the logits, all of them
    """
    logits = _finite(logits)
    if top_k < 1:
        raise ValueError(f"top {top_k}: expected at least 1")
    best = np.argsort(-logits, kind="stable")[:top_k]
    weights = [math.exp(logits[i] - logits[best[0]]) for i in best]
    total = 0.0
    for weight in weights:  # one after the other, as every implementation adds; sum() may round otherwise
        total += weight
    rgb = bytearray()
    for i, weight in zip(best.tolist(), weights):
        rgb += bytes((i & 255, i >> 8, math.floor(255 * (weight / total))))
    files.write(path, png.encode(len(weights), 1, bytes(rgb)))


def pixel_decode_prediction(path):
    """What a prediction image says, best first.

    Returns a dict: top_tokens, a list of ids; top_probs, a list of probabilities; top_token and top_prob, the first of each.
    """
    ids, confidences = tokens.decode_prediction(*pixels.read(path))
    probabilities = [confidence / 255.0 for confidence in confidences]
    return {
        "top_tokens": ids,
        "top_probs": probabilities,
        "top_token": ids[0],
        "top_prob": probabilities[0],
    }


def pixel_encode_logits_heatmap(logits, path, width=kinds.HEATMAP_WIDTH):
    """Writes logits as a heat map: the lowest black, the highest white, row by row; cells after the last are black.

    logits  one for each id, 1 to 65,536 finite numbers
    width   cells in a row, 1 to 65,536
    """
    logits = _finite(logits)
    if not 1 <= width <= png.MAX_WIDTH:
        raise ValueError(f"width {width}: expected 1 to {png.MAX_WIDTH}")
    low, high = logits.min(), logits.max()
    if low == high:
        grey = np.full(len(logits), kinds.FLAT, np.uint8)
    else:
        grey = np.floor(255 * (logits - low) / (high - low)).astype(np.uint8)
        # Rounding may leave 255 * span / span a hair below 255; the highest logit is white all the same.
        grey[logits == high] = 255
    height = -(-len(grey) // width)
    cells = np.zeros(width * height, np.uint8)
    cells[:len(grey)] = grey
    files.write(path, png.encode(width, height, np.repeat(cells, 3).tobytes()))


def pixel_decode_logits_heatmap(path):
    """The greys of a heat map, 0 to 255. // [height, width], uint8"""
    picture, rgb = pixels.read(path)
    if kinds.is_denied(picture):
        raise kinds.fault(picture, rgb, "a heat map", HEATMAP_REMEDY)
    cells = np.frombuffer(rgb, np.uint8).reshape(picture.height, picture.width, 3)
    coloured = (cells != cells[:, :, :1]).any(axis=2)
    if coloured.any():
        y, x = divmod(int(coloured.argmax()), picture.width)
        found = f"({', '.join(map(str, cells[y, x]))}) in {kinds.describe(picture, rgb)}"
        remedy = HEATMAP_REMEDY + " Make it again with `pixel-llm`."
        raise PxiError(picture.file, f"pixel ({x}, {y})", "a grey pixel of a heat map (R = G = B)", found, remedy)
    return cells[:, :, 0].copy()


def pixel_notes(path):
    """What an image says of its origin: its tEXt entries, keyword to value."""
    return png.decode(files.read(path), str(path)).text


def _finite(logits):
    """Logits in double, each finite. // [vocabulary]"""
    values = np.asarray(logits, dtype=np.float64)
    if values.ndim != 1 or not 1 <= len(values) <= tokens.MAX_ID + 1:
        raise ValueError(f"logits of shape {values.shape}: expected 1 to {tokens.MAX_ID + 1} numbers in a row")
    if not np.isfinite(values).all():
        i = int((~np.isfinite(values)).argmax())
        raise ValueError(f"logit {i} is {values[i]}: expected a finite number")
    if not np.isfinite(values.max() - values.min()):
        raise ValueError(f"logits from {values.min()} to {values.max()}: expected numbers that a float32 holds")
    return values
