"""Decoders of the protocol's extensions: sequences, beams, scores, attention and activations."""

import re

import numpy as np

from pixel_llm.core import kinds, pixels, tokens, wide
from pixel_llm.core.errors import PxiError

MAX_BEAMS = 256
PADDING = (65_535, 255)
MAX_ATTENTION_SIDE = 2048
MAX_ATTENTION_POSITION = 1 << 24
MAX_ACTIVATION_COLUMNS = 32_768
MAX_ACTIVATION_VALUES = 1 << 23
MAX_ACTIVATION_FILE_BYTES = 64 << 20

SEQUENCE_REMEDY = "Is this the output_sequence.pxi that you meant? `pixel-llm generate` writes it."
BEAMS_REMEDY = "Is this the output_beams.pxi that you meant? `pixel-llm generate --beams` writes it."
SCORES_REMEDY = "Is this the prompt_scores.pxi that you meant? `pixel-llm --scores` writes it."
ATTENTION_REMEDY = "Is this the attention.pxi that you meant? `pixel-llm look --attention L,H` writes it."
ACTIVATIONS_REMEDY = "Is this the activations_L0.pxi that you meant? `pixel-llm look --activations` writes it."


def pixel_decode_sequence(path):
    """What a model said, ``output_sequence.pxi``.

    Returns a dict: tokens, a list of ids; probs, the probability that the model gave each; stop, why the last is the
    last, or None while more may come.
    """
    picture, rgb = pixels.read(path)
    ids, confidences = _row(picture, rgb, "output_sequence", "an output sequence", SEQUENCE_REMEDY)
    return {"tokens": ids, "probs": _probabilities(confidences), "stop": picture.text.get("Stop")}


def pixel_decode_beams(path):
    """The likeliest continuations, ``output_beams.pxi``, best first: a list of dicts with tokens and probs."""
    picture, rgb = pixels.read(path)
    if kinds.is_wide(picture, rgb, "output_beams"):
        return _wide_beams(picture, rgb)
    named = picture.text.get(kinds.KEYWORD) == "output_beams"
    another = not named and wide.is_one(picture, rgb)
    if picture.height > MAX_BEAMS or another or kinds.is_denied(picture, "output_beams"):
        raise kinds.fault(picture, rgb, f"output beams, 1 to {MAX_BEAMS} pixels high", BEAMS_REMEDY)
    _require_width(picture, rgb, "output beams", BEAMS_REMEDY)
    size = 3 * picture.width
    beams = [_beam(picture, rgb[y * size:(y + 1) * size], y) for y in range(picture.height)]
    _require_full(picture, beams, picture.width)
    return beams


def _wide_beams(picture, rgb):
    rows = wide.read(picture, rgb, "output beams", BEAMS_REMEDY)
    beams = [{"tokens": [token for token, _ in row], "probs": _probabilities(c for _, c in row)} for row in rows]
    _require_full(picture, beams, picture.width - 1)
    return beams


def _require_full(picture, beams, columns):
    longest = max(len(beam["tokens"]) for beam in beams)
    if longest < columns:
        expected = f"the width of its longest beam, {longest}"
        raise PxiError(picture.file, "picture", expected, f"a width of {columns}", BEAMS_REMEDY)


def _beam(picture, row, y):
    pairs = list(zip(tokens.ids(row), row[2::3]))
    length = pairs.index(PADDING) if PADDING in pairs else len(pairs)
    for x in range(length, len(pairs)):
        if pairs[x] != PADDING:
            expected = f"white, the padding after a beam's {length} tokens"
            raise PxiError(picture.file, f"pixel ({x}, {y})", expected, f"token {pairs[x][0]}", BEAMS_REMEDY)
    if length == 0:
        found = "white, which is padding"
        raise PxiError(picture.file, f"pixel (0, {y})", "the first token of a beam", found, BEAMS_REMEDY)
    ids, confidences = zip(*pairs[:length])
    return {"tokens": list(ids), "probs": _probabilities(confidences)}


def pixel_decode_prompt_scores(path):
    """How probable a prompt was, ``prompt_scores.pxi``.

    Returns a dict: tokens, a list of ids; probs, the probability of each after those before it. Nothing precedes
    the first: its probability is 0.
    """
    picture, rgb = pixels.read(path)
    ids, confidences = _row(picture, rgb, "prompt_scores", "prompt scores", SCORES_REMEDY)
    if confidences[0] != 0 and picture.height > 1:
        expected = "grey 0, since nothing predicts the first token of a prompt"
        raise PxiError(picture.file, "pixel (1, 1)", expected, f"grey {confidences[0]}", SCORES_REMEDY)
    if confidences[0] != 0:
        expected = "blue 0, since nothing predicts the first token of a prompt"
        raise PxiError(picture.file, "pixel 0", expected, f"blue {confidences[0]}", SCORES_REMEDY)
    return {"tokens": ids, "probs": _probabilities(confidences)}


def pixel_decode_attention(path):
    """How a head looks back, ``attention.pxi``, or one tile of it.

    Returns a dict: weights, 0 to 1, a row for each query position and a column for each key position // [rows, columns];
    row and column, the positions that the image begins at.
    """
    picture, rgb = pixels.read(path)
    place = picture.text.get("Tile")
    too_large = max(picture.width, picture.height) > MAX_ATTENTION_SIDE
    if kinds.is_denied(picture, "attention") or too_large or (place is None and picture.width != picture.height):
        expected = f"an attention map, as high as wide and at most {MAX_ATTENTION_SIDE} pixels, or a tile of one"
        raise kinds.fault(picture, rgb, expected, ATTENTION_REMEDY)
    row, column = (0, 0) if place is None else _tile(picture, place)
    cells = np.frombuffer(rgb, np.uint8).reshape(picture.height, picture.width, 3)
    grey = cells[:, :, 0]
    pixels.refuse(
        picture,
        (cells != cells[:, :, :1]).any(axis=2),
        "a grey pixel (R = G = B)",
        lambda y, x: f"({', '.join(map(str, cells[y, x]))})",
        ATTENTION_REMEDY)
    ahead = column + np.arange(picture.width) > row + np.arange(picture.height)[:, None]
    pixels.refuse(
        picture,
        ahead & (grey != 0),
        "0 above the diagonal: no token looks ahead",
        lambda y, x: f"grey {grey[y, x]}",
        ATTENTION_REMEDY)
    sums = grey.sum(axis=1, dtype=np.int64)
    if (sums > 255).any():
        y = int((sums > 255).argmax())
        expected = "weights that sum to at most 255"
        raise PxiError(picture.file, f"row {y}", expected, f"a sum of {sums[y]}", ATTENTION_REMEDY)
    return {"weights": grey / 255.0, "row": row, "column": column}


def _tile(picture, place):
    match = re.fullmatch(r"([0-9]{1,8}),([0-9]{1,8})", place)
    if not match:
        raise PxiError(picture.file, "text entry Tile", "two positions such as 2048,0", place, ATTENTION_REMEDY)
    row, column = int(match.group(1)), int(match.group(2))
    if max(row, column) > MAX_ATTENTION_POSITION:
        expected = f"positions of at most {MAX_ATTENTION_POSITION}"
        raise PxiError(picture.file, "text entry Tile", expected, place, ATTENTION_REMEDY)
    return row, column


def pixel_decode_activations(path):
    """What a layer computed, ``activations_L{i}.pxi``, to the bit. // [positions, values], float32"""
    picture, rgb = pixels.read(path, 2 * MAX_ACTIVATION_VALUES, MAX_ACTIVATION_FILE_BYTES)
    columns = picture.width // 2
    too_large = columns > MAX_ACTIVATION_COLUMNS or columns * picture.height > MAX_ACTIVATION_VALUES
    if kinds.is_denied(picture, "activations") or picture.width % 2 != 0 or too_large:
        expected = f"activations, two pixels for each value, at most {MAX_ACTIVATION_VALUES} values"
        raise kinds.fault(picture, rgb, expected, ACTIVATIONS_REMEDY)
    values = np.frombuffer(rgb, np.uint8).reshape(picture.height, columns, 6)
    unused = np.zeros((picture.height, picture.width), bool)
    unused[:, 1::2] = values[:, :, 4:].any(axis=2)
    pixels.refuse(
        picture,
        unused,
        "green and blue 0 in the second pixel of a value",
        lambda y, x: f"green {values[y, x // 2, 4]}, blue {values[y, x // 2, 5]}",
        ACTIVATIONS_REMEDY)
    return np.ascontiguousarray(values[:, :, :4]).view("<f4")[:, :, 0].astype(np.float32, copy=False)


def _row(picture, rgb, kind, what, remedy):
    if kinds.is_wide(picture, rgb, kind):
        row = wide.read(picture, rgb, what, remedy)[0]
        return [token for token, _ in row], [confidence for _, confidence in row]
    if picture.height != 1 or kinds.is_denied(picture, kind) or kinds.is_nameless_tokens(picture, rgb):
        raise kinds.fault(picture, rgb, what + ", 1 pixel high", remedy)
    _require_width(picture, rgb, what, remedy)
    return tokens.ids(rgb), list(rgb[2::3])


def _require_width(picture, rgb, what, remedy):
    if picture.width > tokens.MAX_TOKENS:
        raise kinds.fault(picture, rgb, f"{what} of at most {tokens.MAX_TOKENS} tokens", remedy)


def _probabilities(confidences):
    return [confidence / 255.0 for confidence in confidences]
