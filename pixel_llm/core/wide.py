"""The outputs of version 2, for models with more ids than two bytes name.

A column of its own comes first, whose upper pixel is (kind, beams, 2) and whose others are black. After it each row of
tokens has two rows of pixels: the ids in R, G and B, and below them the confidences as greys.
"""

from pixel_llm.core.errors import PxiError

VERSION = 2
KINDS = ("output_token", "output_sequence", "output_beams", "prompt_scores")  # by their numbers, from 1
BEAMS = "output_beams"
MAX_BEAMS = 255
MAX_TOKENS = 65_535
WHITE = 0xFF_FF_FF


def kind(picture, rgb):
    """What the first pixel of a picture says that it is; None where that is no output of version 2."""
    number, beams, version = rgb[:3]
    if version != VERSION or not 1 <= number <= len(KINDS):
        return None
    name = KINDS[number - 1]
    rows = beams if name == BEAMS else 1
    fits = 1 <= beams <= MAX_BEAMS if name == BEAMS else beams == 0
    return name if fits and picture.height == 2 * rows else None


def is_one(picture, rgb):
    """Whether the whole first column is that of an output of version 2."""
    size = 3 * picture.width
    return kind(picture, rgb) is not None and not any(any(rgb[at:at + 3]) for at in range(size, len(rgb), size))


def colour(rgb, pixel):
    """A pixel as one number: red + 256 · green + 65,536 · blue."""
    return int.from_bytes(rgb[3 * pixel:3 * pixel + 3], "little")


def read(picture, rgb, what, remedy):
    """The rows of tokens of such a picture, each a list of (id, confidence)."""
    def refuse(x, y, expected):
        at = 3 * (y * picture.width + x)
        raise PxiError(picture.file, f"pixel ({x}, {y})", expected, f"({', '.join(map(str, rgb[at:at + 3]))})", remedy)

    tokens = picture.width - 1
    if not 1 <= tokens <= MAX_TOKENS:
        expected = f"1 to {MAX_TOKENS} tokens after its first column"
        raise PxiError(picture.file, "picture", expected, f"{what} ({picture.width} x {picture.height})", remedy)
    for y in range(1, picture.height):
        if colour(rgb, y * picture.width) != 0:
            refuse(0, y, "black below the pixel that names the kind")
    padded = kind(picture, rgb) == BEAMS
    rows = []
    for y in range(0, picture.height, 2):
        row = []
        for x in range(1, picture.width):
            token = colour(rgb, y * picture.width + x)
            below = colour(rgb, (y + 1) * picture.width + x)
            confidence = below & 255
            if below != confidence * 0x01_01_01:
                refuse(x, y + 1, "a confidence as a grey (R = G = B)")
            if padded and token == WHITE and x > 1:
                if confidence != 0:
                    refuse(x, y + 1, "black below white, which is padding")
                continue
            if token == WHITE:
                refuse(x, y, "the first token of a beam" if padded else "a token")
            if len(row) < x - 1:
                refuse(x, y, f"white above black, the padding after a beam's {len(row)} tokens")
            row.append((token, confidence))
        rows.append(row)
    return rows


def pixels(name, row):
    """A row of (id, confidence) as the pixels of an output. // [2, tokens + 1, 3]"""
    ids = b"".join(token.to_bytes(3, "little") for token, _ in row)
    confidences = b"".join(bytes((confidence,)) * 3 for _, confidence in row)
    return bytes((KINDS.index(name) + 1, 0, VERSION)) + ids + bytes(3) + confidences
