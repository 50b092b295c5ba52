"""Token images and prediction images, which need no library."""

from pixel_llm.core import kinds, png
from pixel_llm.core.errors import PxiError

VERSION = 1
VOCABULARY = 1024
MAX_TOKENS = 65_535
MAX_ID = 65_535

TOKENS_REMEDY = "Write it anew with `pixel-llm encode`, or as docs/protocol.md describes."
PREDICTION_REMEDY = "Is this the output_token.pxi that you meant? Make it again with `pixel-llm`."


def ids_of(text, vocabulary=VOCABULARY):
    """A text as the protocol's own tokens: one for each code point, its id the code point modulo the vocabulary."""
    return [ord(character) % vocabulary for character in text]


def encode(ids):
    """Token ids as the bytes of a token image's file."""
    return png.encode(len(ids) + 1, 1, row(ids))


def row(ids):
    """Token ids as the pixels of a token image. // [1, ids + 1, 3]"""
    count = len(ids)
    if count == 0:
        raise ValueError("a token image needs at least one token")
    if count > MAX_TOKENS:
        raise ValueError(f"{count} tokens: a token image holds at most {MAX_TOKENS}. Shorten the text.")
    samples = bytearray((count & 255, count >> 8, VERSION))
    for i, token in enumerate(ids):
        if not 0 <= token <= MAX_ID:
            raise ValueError(f"token {i} has id {token}: expected 0 to {MAX_ID}")
        samples += bytes((token & 255, token >> 8, 0))
    return bytes(samples)


def decode(picture, rgb):
    """The ids of a token image. // rgb [height, width, 3]"""
    if picture.height != 1 or kinds.is_denied(picture):
        raise kinds.fault(picture, rgb, "a token image, 1 pixel high", TOKENS_REMEDY)
    count, version, present = kinds.id_at(rgb, 0), rgb[2], picture.width - 1
    if version != VERSION:
        # A count that fits the width is a token image of another version, whatever else it may resemble.
        if count != present and kinds.looks_like_prediction(picture, rgb):
            raise kinds.fault(picture, rgb, "a token image", TOKENS_REMEDY)
        remedy = "If this is a token image, it was written for another version of the protocol. " + TOKENS_REMEDY
        raise PxiError(picture.file, "pixel 0", "version 1 in blue", f"version {version}", remedy)
    if count == 0:
        raise _wrong(picture, 0, "a count of 1 to 65535 tokens", "0 tokens")
    if count < present:
        expected = f"the end of the picture after the {count} tokens that pixel 0 counts"
        raise _wrong(picture, count + 1, expected, f"{present - count} trailing pixels")
    if count > present:
        raise _wrong(picture, 0, f"a count of {present}, the pixels after it", f"a count of {count}")
    for pixel, blue in enumerate(rgb[2::3]):
        if pixel > 0 and blue != 0:
            raise _wrong(picture, pixel, "blue 0, which version 1 does not use", f"blue {blue}")
    return ids(rgb)[1:]


def _wrong(picture, pixel, expected, found):
    return PxiError(picture.file, f"pixel {pixel}", expected, found, TOKENS_REMEDY)


def ids(rgb):
    """The id of every pixel."""
    return [red + 256 * green for red, green in zip(rgb[0::3], rgb[1::3])]


def decode_prediction(picture, rgb):
    """The ids and the confidences, 0 to 255, of a prediction image, best first. // rgb [height, width, 3]"""
    # A few pictures are sound token images and sound predictions, to the pixel: whoever asks for a prediction has one.
    is_tokens = kinds.looks_like_tokens(picture, rgb) and not kinds.looks_like_prediction(picture, rgb)
    if picture.height != 1 or is_tokens or kinds.is_denied(picture):
        raise kinds.fault(picture, rgb, "a prediction image, 1 pixel high", PREDICTION_REMEDY)
    confidences = list(rgb[2::3])
    for i in range(1, len(confidences)):
        if confidences[i] > confidences[i - 1]:
            raise PxiError(
                picture.file,
                f"pixel {i}",
                f"a confidence of at most {confidences[i - 1]}, that of the pixel before",
                f"confidence {confidences[i]}",
                PREDICTION_REMEDY)
    return ids(rgb), confidences
