"""The pixel files of the protocol, with the names that its document and the original implementation use.

Files are checked against the rules of docs/protocol.md and docs/png.md; one that breaks a rule raises PxiError, which names
the file, the place, what was expected, what was found and what to do. Files are written whole or not at all.
"""

import math
import operator
import os
import sys

if not __package__:
    # Started as a file: its package lies two folders up, and modules of core must not be taken for other libraries'.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import numpy as np  # noqa: E402

from pixel_llm.core import files, kinds, pixels, png, tokens, wide  # noqa: E402
from pixel_llm.core.errors import PxiError  # noqa: E402
from pixel_llm.core.extensions import (  # noqa: E402
    pixel_decode_activations,
    pixel_decode_attention,
    pixel_decode_beams,
    pixel_decode_prompt_scores,
    pixel_decode_sequence,
)

__all__ = [
    "V",
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
    "simple_detokenize",
    "simple_tokenize",
]

V = tokens.VOCABULARY  # ids of the protocol's own characters

DEFAULT_TOP_K = 5
HEATMAP_REMEDY = "Is this the logits_heatmap.pxi that you meant?"


def simple_tokenize(text, vocab_size=V):
    """The protocol's own tokens: one for each code point, its id the code point modulo vocab_size. // [tokens], int32"""
    return np.array(tokens.ids_of(text, vocab_size), dtype=np.int32)


def simple_detokenize(token_ids):
    """The text of ids, as the original spells it: ASCII is itself, any other id is a question mark."""
    return "".join(chr(token) if 0 <= token < 128 else "?" for token in map(int, token_ids))


def pixel_encode_tokens(text, output_path=None, version=tokens.VERSION):
    """A text, or a sequence of token ids, as a token image.

    A text becomes the protocol's own tokens: one for each code point, its id the code point modulo 1,024.

    text         the text or the ids
    output_path  the file to write; None for none
    version      1, or 2 for a model of more than 65,536 ids
    Returns the image. // [1, tokens + 1, 3], uint8
    """
    ids = tokens.ids_of(text) if isinstance(text, str) else [operator.index(token) for token in text]
    return _image(len(ids) + 1, 1, tokens.row(ids, version), output_path)


def pixel_decode_tokens(image_path):
    """The ids of a token image. // [tokens], int32"""
    return np.array(tokens.decode(*pixels.read(image_path)), dtype=np.int32)


def pixel_encode_prediction(logits, output_path=None, top_k=DEFAULT_TOP_K):
    """The highest of some logits as a prediction image: best first, equal ones by the lower id.

    The confidence is the softmax over these logits alone. More than 65,536 logits give an image of version 2.

    logits       one for each id, 1 to 524,288 finite numbers
    output_path  the file to write; None for none
    top_k        how many; where it is more than the logits, all of them, of version 2 65,535 at most
    Returns the image. // [1, top_k, 3], in version 2 [2, top_k + 1, 3], uint8
    """
    logits = _finite(logits)
    if top_k < 1:
        raise ValueError(f"top {top_k}: expected at least 1")
    is_wide = tokens.version_of(len(logits)) == wide.VERSION
    best = np.argsort(-logits, kind="stable")[:min(top_k, tokens.MAX_TOKENS) if is_wide else top_k]
    weights = [math.exp(logits[i] - logits[best[0]]) for i in best]
    total = 0.0
    for weight in weights:  # one after the other, as every implementation adds; sum() may round otherwise
        total += weight
    row = [(i, math.floor(255 * (weight / total))) for i, weight in zip(best.tolist(), weights)]
    if is_wide:
        return _image(len(row) + 1, 2, wide.pixels("output_token", row), output_path)
    return _image(len(row), 1, b"".join(bytes((i & 255, i >> 8, confidence)) for i, confidence in row), output_path)


def pixel_decode_prediction(image_path):
    """What a prediction image says, best first.

    Returns a dict: top_tokens, a list of ids; top_probs, a list of probabilities; top_token and top_prob, the first of each.
    """
    ids, confidences = tokens.decode_prediction(*pixels.read(image_path))
    probabilities = [confidence / 255.0 for confidence in confidences]
    return {
        "top_tokens": ids,
        "top_probs": probabilities,
        "top_token": ids[0],
        "top_prob": probabilities[0],
    }


def pixel_encode_logits_heatmap(logits, output_path=None, width=kinds.HEATMAP_WIDTH):
    """Logits as a heat map: the lowest black, the highest white, row by row; cells after the last are black.

    logits       one for each id, 1 to 524,288 finite numbers
    output_path  the file to write; None for none
    width        cells in a row, 1 to 65,536
    Returns the image. // [height, width, 3], uint8
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
    return _image(width, height, np.repeat(cells, 3).tobytes(), output_path)


def pixel_decode_logits_heatmap(image_path):
    """The greys of a heat map, 0 to 255. // [height, width], uint8"""
    picture, rgb = pixels.read(image_path)
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


def pixel_notes(image_path):
    """What an image says of its origin: its tEXt entries, keyword to value."""
    return png.decode(files.read(image_path), str(image_path)).text


def _image(width, height, rgb, output_path):
    """Writes a picture, where there is a path for it. // [height, width, 3], uint8"""
    if output_path is not None:
        files.write(output_path, png.encode(width, height, rgb))
    return np.frombuffer(bytearray(rgb), np.uint8).reshape(height, width, 3)


def _finite(logits):
    """Logits in double, each finite. // [vocabulary]"""
    values = np.asarray(logits, dtype=np.float64)
    if values.ndim != 1 or not 1 <= len(values) <= tokens.MAX_VOCABULARY:
        raise ValueError(f"logits of shape {values.shape}: expected 1 to {tokens.MAX_VOCABULARY} numbers in a row")
    if not np.isfinite(values).all():
        i = int((~np.isfinite(values)).argmax())
        raise ValueError(f"logit {i} is {values[i]}: expected a finite number")
    if not np.isfinite(values.max() - values.min()):
        raise ValueError(f"logits from {values.min()} to {values.max()}: expected numbers that a float32 holds")
    return values


def main():
    """Writes an image of each kind, reads it back, and says what they hold."""
    import tempfile

    text = "pxOS evolution system"
    logits = np.random.default_rng().standard_normal(V).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        def place(name):
            return os.path.join(folder, name)

        image = pixel_encode_tokens(text, place("input_tokens.pxi"))
        read = simple_detokenize(pixel_decode_tokens(place("input_tokens.pxi")))
        print(f"tokens      {image.shape[1]} x {image.shape[0]} pixels, read back as {read!r}")
        best = pixel_encode_prediction(logits, place("output_token.pxi"))
        prediction = pixel_decode_prediction(place("output_token.pxi"))
        print(f"prediction  {best.shape[1]} x {best.shape[0]} pixels, the best {prediction['top_token']}"
              f" with {prediction['top_prob']:.4f}")
        cells = pixel_encode_logits_heatmap(logits, place("logits_heatmap.pxi"))
        grey = pixel_decode_logits_heatmap(place("logits_heatmap.pxi"))
        print(f"heat map    {cells.shape[1]} x {cells.shape[0]} pixels, the brightest {int(grey.argmax())}")
    sound = read == text and prediction["top_token"] == int(grey.argmax()) == int(logits.argmax())
    print("All of it was read back as it was written." if sound else "Something was read back otherwise.")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
