"""What a client must know of a cartridge: whether its model reads characters. docs/cartridge.md has the layout."""

import struct

from pixel_llm.core import tokens

MAGIC = b"pxCART\0\1"
HEAD_BYTES = 1 << 16
TABLE = 64  # where the section table begins in page 0
SECTION_BYTES = 56
TOKENIZER = 2
PROGRAM = 3
CHARACTERS = 1
OUTPUT = bytes((0x2A, 0x9D, 0x8F))  # the colour of the row that declares a program's output
PROGRAM_ROW = 72  # bytes of a row of the program image: 24 pixels
COLUMNS = 12  # where the second dimension of a tensor stands in its row


def characters(path):
    """How many characters a cartridge's model knows: it takes a code point modulo this number for its token.

    None where the tokenizer is of another kind, where there is none, where the model has more ids than version 1 of the
    images can name, or where the file is not in a cartridge's own layout and would have to be decoded whole to know.
    """
    try:
        with open(path, "rb") as file:
            _, sections = _sections(file)
            at, size = sections.get(TOKENIZER, (0, 0))
            if size == 8:
                file.seek(at)
                kind, count = struct.unpack("<II", file.read(8))
                narrow = tokens.version_of(vocabulary(file)) == tokens.VERSION
                return count if kind == CHARACTERS and count > 0 and narrow else None
    except (KeyError, OSError, ValueError, struct.error):
        pass
    return None


def vocabulary(file):
    """How many ids a cartridge's program gives logits for: the columns of its output."""
    width, sections = _sections(file)
    at, size = sections[PROGRAM]
    payload = 3 * width // 64 * 64
    rows = b""
    while len(rows) < size:
        file.seek(at)
        rows += file.read(min(payload, size - len(rows)))
        at += _pitch(width)
    tensors = int.from_bytes(rows[6:10], "little")
    for row in range(PROGRAM_ROW, (1 + tensors) * PROGRAM_ROW, PROGRAM_ROW):
        if rows[row:row + 3] == OUTPUT:
            return int.from_bytes(rows[row + COLUMNS:row + COLUMNS + 4], "little")
    raise ValueError("a program without an output")


def _sections(file):
    """The width of the picture; kind to place in the file and bytes."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    width, base = _first_page(head)
    sections = {}
    for i in range(struct.unpack_from("<I", head, base + 12)[0]):
        kind, page, size = struct.unpack_from("<IIQ", head, base + TABLE + i * SECTION_BYTES)
        sections[kind] = (base + page * _pitch(width), size)
    return width, sections


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
