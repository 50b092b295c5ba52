"""Token images and prediction images, which need no library."""

from pixel_llm.core import kinds, png, wide
from pixel_llm.core.errors import PxiError

VERSION = 1  # of models with up to 65,536 ids; others speak version 2
VOCABULARY = 1024
MAX_TOKENS = 65_535
MAX_ID = 65_535
MAX_IDS = {VERSION: MAX_ID, wide.VERSION: wide.WHITE - 1}  # the highest id of each version
MAX_VOCABULARY = 1 << 19

TOKENS_REMEDY = "Write it anew with `pixel-llm encode`, or as docs/protocol.md describes."
PREDICTION_REMEDY = "Is this the output_token.pxi that you meant? Make it again with `pixel-llm`."


def ids_of(text, vocabulary=VOCABULARY):
    """A text as the protocol's own tokens: one for each code point, its id the code point modulo the vocabulary."""
    return [ord(character) % vocabulary for character in text]


def version_of(vocabulary):
    """The version that a model of so many ids speaks."""
    return VERSION if vocabulary <= MAX_ID + 1 else wide.VERSION


def encode(ids):
    """Token ids as the bytes of a token image's file."""
    return png.encode(len(ids) + 1, 1, row(ids))


def row(ids, version=VERSION):
    """Token ids as the pixels of a token image. // [1, ids + 1, 3]"""
    if version not in MAX_IDS:
        raise ValueError(f"version {version}: expected {' or '.join(map(str, MAX_IDS))}")
    count = len(ids)
    if count == 0:
        raise ValueError("a token image needs at least one token")
    if count > MAX_TOKENS:
        raise ValueError(f"{count} tokens: a token image holds at most {MAX_TOKENS}. Shorten the text.")
    samples = bytearray((count & 255, count >> 8, version))
    for i, token in enumerate(ids):
        if not 0 <= token <= MAX_IDS[version]:
            raise ValueError(f"token {i} has id {token}: expected 0 to {MAX_IDS[version]}")
        samples += int(token).to_bytes(3, "little")
    return bytes(samples)


def decode(picture, rgb):
    """The ids of a token image. // rgb [height, width, 3]"""
    if picture.height != 1 or kinds.is_denied(picture):
        raise kinds.fault(picture, rgb, "a token image, 1 pixel high", TOKENS_REMEDY)
    count, version, present = kinds.id_at(rgb, 0), rgb[2], picture.width - 1
    # A count that fits the width is a token image, whatever else it may resemble.
    if version != VERSION and count != present and kinds.looks_like_prediction(picture, rgb):
        raise kinds.fault(picture, rgb, "a token image", TOKENS_REMEDY)
    if version not in MAX_IDS:
        remedy = "If this is a token image, it was written for another version of the protocol. " + TOKENS_REMEDY
        raise PxiError(picture.file, "pixel 0", "version 1 or 2 in blue", f"version {version}", remedy)
    if count == 0:
        raise _wrong(picture, 0, "a count of 1 to 65535 tokens", "0 tokens")
    if count < present:
        expected = f"the end of the picture after the {count} tokens that pixel 0 counts"
        raise _wrong(picture, count + 1, expected, f"{present - count} trailing pixels")
    if count > present:
        raise _wrong(picture, 0, f"a count of {present}, the pixels after it", f"a count of {count}")
    if version == wide.VERSION:
        numbers = [wide.colour(rgb, pixel) for pixel in range(1, picture.width)]
        if wide.WHITE in numbers:
            raise _wrong(picture, 1 + numbers.index(wide.WHITE), "a token id", "white, which is none")
        return numbers
    for pixel, blue in enumerate(rgb[2::3]):
        if pixel > 0 and blue != 0:
            raise _wrong(picture, pixel, "blue 0, which version 1 does not use", f"blue {blue}")
    return ids(rgb)[1:]


def _wrong(picture, pixel, expected, found):
    return PxiError(picture.file, f"pixel {pixel}", expected, found, TOKENS_REMEDY)


def ids(rgb):
    """The id of every pixel of version 1."""
    return [red + 256 * green for red, green in zip(rgb[0::3], rgb[1::3])]


def decode_prediction(picture, rgb):
    """The ids and the confidences, 0 to 255, of a prediction image, best first. // rgb [height, width, 3]"""
    if kinds.is_wide(picture, rgb, "output_token"):
        return _wide_prediction(picture, rgb)
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


def _wide_prediction(picture, rgb):
    row = wide.read(picture, rgb, "a prediction", PREDICTION_REMEDY)[0]
    for i in range(1, len(row)):
        before, confidence = row[i - 1][1], row[i][1]
        if confidence > before:
            raise PxiError(
                picture.file,
                f"pixel ({i + 1}, 1)",
                f"a confidence of at most {before}, that of the pixel before",
                f"confidence {confidence}",
                PREDICTION_REMEDY)
    return [token for token, _ in row], [confidence for _, confidence in row]
