"""What a client must know of a cartridge: whether its model reads characters. docs/cartridge.md has the layout."""

import struct

MAGIC = b"pxCART\0\1"
HEAD_BYTES = 1 << 16
TABLE = 64  # where the section table begins in page 0
SECTION_BYTES = 56
TOKENIZER = 2
CHARACTERS = 1


def characters(path):
    """How many characters a cartridge's model knows: it takes a code point modulo this number for its token.

    None where the tokenizer is of another kind, where there is none, or where the file is not in a cartridge's own
    layout and would have to be decoded whole to know.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
            width, base = _first_page(head)
            sections = struct.unpack_from("<I", head, base + 12)[0]
            for i in range(sections):
                kind, page, size = struct.unpack_from("<IIQ", head, base + TABLE + i * SECTION_BYTES)
                if kind == TOKENIZER and size == 8:
                    file.seek(base + page * _pitch(width))
                    kind, vocabulary = struct.unpack("<II", file.read(8))
                    return vocabulary if kind == CHARACTERS and vocabulary > 0 else None
    except (OSError, ValueError, struct.error):
        pass
    return None


def _first_page(head):
    """The width of the picture, and where its first pixel stands in the file."""
    width = struct.unpack_from(">I", head, 16)[0]
    at = 8
    while head[at + 4:at + 8] != b"IDAT":
        at += 12 + struct.unpack_from(">I", head, at)[0]
    base = at + 8 + 2 + _pitch(width) - 3 * width
    if head[base:base + len(MAGIC)] != MAGIC:
        raise ValueError("not in a cartridge's own layout")
    return width, base


def _pitch(width):
    """Bytes from one row's pixels to the next's: the row, and before it empty blocks that align it."""
    return 5 * (-(3 * width + 6) * 13 % 64) + 6 + 3 * width
